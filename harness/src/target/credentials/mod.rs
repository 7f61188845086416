//! Keys and Region from where the users of a cloud keep them.

pub mod alibaba;
pub mod aws;
