//! Import tokens of the reference: opaque, and worthless after any change.

use std::sync::LazyLock;

use arbitrary::Unstructured;
use rand_chacha::ChaCha12Rng;
use rand_core::SeedableRng;

use super::edit::edited;
use crate::model::ParametersId;
use crate::target::reference::Mint;

/// An issued token with a few changes, and bytes that were never a token.
pub fn token(data: &[u8]) {
    let (mint, issued) = &*ISSUED;
    assert_eq!(mint.recognise(data), None, "nobody forges a token");
    let mut input = Unstructured::new(data);
    let Ok(changed) = edited(issued, &mut input) else {
        return;
    };
    let expected = (changed == *issued).then_some(NAME);
    assert_eq!(
        mint.recognise(&changed),
        expected,
        "a changed token is none"
    );
}

const NAME: ParametersId = ParametersId(7);

static ISSUED: LazyLock<(Mint, Vec<u8>)> = LazyLock::new(|| {
    let mut rng = ChaCha12Rng::seed_from_u64(1);
    let mint = Mint::new(&mut rng);
    let token = mint.issue(NAME, &mut rng);
    (mint, token)
});
