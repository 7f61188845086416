use std::fmt;

use jiff::Timestamp;
use strum::VariantArray;

use crate::spec::{Fault, Vendor};
use crate::target::HttpService;
use crate::wire::{HttpReply, HttpRequest, spoken_in};

/// One service for each vendor at the same address: a caller gets the one whose dialect it speaks.
pub struct Polyglot(Vec<(Vendor, Box<dyn HttpService>)>);

impl Polyglot {
    /// The services that `make` makes, one for each vendor.
    #[must_use]
    pub fn new(make: impl Fn(Vendor) -> Box<dyn HttpService>) -> Self {
        let vendors = Vendor::VARIANTS.iter();
        Self(vendors.map(|vendor| (*vendor, make(*vendor))).collect())
    }

    fn of(&self, vendor: Vendor) -> &dyn HttpService {
        let mut services = self.0.iter();
        let (_, service) = services
            .find(|(known, _)| *known == vendor)
            .expect("there is one for each vendor");
        service.as_ref()
    }
}

impl HttpService for Polyglot {
    fn answer(&self, request: &HttpRequest, now: Timestamp) -> HttpReply {
        self.of(spoken_in(request)).answer(request, now)
    }

    fn refuse(&self, fault: Fault, now: Timestamp) -> HttpReply {
        // What cannot be read is in no dialect.
        self.of(Vendor::Aws).refuse(fault, now)
    }
}

impl fmt::Debug for Polyglot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Polyglot").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Reference, Settings};
    use super::*;
    use crate::spec::{Operation, Reply, Request};
    use crate::wire::dialect;

    const START: Timestamp = Timestamp::constant(1_700_000_000, 0);

    #[test]
    fn every_caller_is_answered_in_its_own_dialect() {
        let service =
            Polyglot::new(|vendor| Box::new(Reference::new(Settings::of(vendor, 7, START))));
        for vendor in Vendor::VARIANTS {
            let dialect = dialect(*vendor);
            let signer = Settings::of(*vendor, 7, START).signer;
            let request = dialect.encode_request(&Request::new(Operation::ListKeys));
            let unsigned = service.answer(&request, START);
            let reply = dialect.decode_reply(Operation::ListKeys, &unsigned);
            assert!(matches!(reply, Reply::Refused(_)), "{vendor}: {reply:?}");
            let request = dialect.sign(request, "kms.localhost", &signer, START);
            let reply = service.answer(&request, START);
            let reply = dialect.decode_reply(Operation::ListKeys, &reply);
            assert!(matches!(reply, Reply::Accepted(_)), "{vendor}: {reply:?}");
        }
    }
}
