//! The parts of resource names that more than one floor has to take apart.

/// Which part of `arn:aws:kms:REGION:…` is the Region, counted from 0.
const REGION: usize = 3;

/// The Region in a resource name; `None` for anything that is no resource name.
#[must_use]
pub fn region_of(arn: &str) -> Option<&str> {
    let mut parts = arn.split(':');
    parts.next().filter(|scheme| *scheme == "arn")?;
    parts.nth(REGION - 1)
}

/// The same resource name in this Region.
#[must_use]
pub fn in_region(arn: &str, region: &str) -> String {
    let mut parts: Vec<&str> = arn.split(':').collect();
    if let Some(part) = parts.get_mut(REGION) {
        *part = region;
    }
    parts.join(":")
}

/// The same resource name in another Region.
#[must_use]
pub fn in_another_region(arn: &str) -> String {
    let other = match region_of(arn) {
        Some("eu-west-3") => "us-west-2",
        _ => "eu-west-3",
    };
    in_region(arn, other)
}

#[cfg(test)]
mod tests {
    use super::{in_another_region, region_of};

    #[test]
    fn a_region_is_read_and_replaced() {
        let arn = "arn:aws:kms:us-east-1:111122223333:key/x";
        assert_eq!(region_of(arn), Some("us-east-1"));
        let elsewhere = in_another_region(arn);
        assert_eq!(region_of(&elsewhere), Some("eu-west-3"));
        assert_eq!(region_of(&in_another_region(&elsewhere)), Some("us-west-2"));
        assert_eq!(region_of("1234abcd-12ab-34cd-56ef-1234567890ab"), None);
    }
}
