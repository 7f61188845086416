//! The built-in reference service: the model's decisions, real cryptography, and a dialect around both.
//!
//! It is a test double. Its wrapping keys are public, its random numbers follow from a seed, and its material lies
//! in memory: nothing secret may ever be entrusted to it.
//!
//! Knows no socket, no clock and no randomness of its own; see [`InProcess`] for the service as a target.

mod carry_out;
mod in_process;
mod memo;
mod opened;
mod polyglot;
mod pool;
mod rsa_stock;
mod sealed;
mod token;
mod vault;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use rand_chacha::ChaCha12Rng;
use rand_core::{Rng, SeedableRng};

use crate::model::{Account, Answer, Facts, Kms, ParametersId, Permitted, TokenFact};
use crate::spec::{
    Edition, Era, Fault, Field, Fields, Operation, Reply, Request, Variables, Vendor,
    WrappingAlgorithm,
};
use crate::target::HttpService;
use crate::wire::{
    Credentials, Dialect, Envelope, Format, HttpReply, HttpRequest, Signer, WireFault, dialect,
};
use crate::wrapping::WrappingKeyPair;

pub use in_process::InProcess;
pub use memo::Memo;
pub(in crate::target) use opened::Opening;
pub use polyglot::Polyglot;
pub(crate) use token::Mint;

use pool::Pool;
use rsa_stock::RsaStock;
use vault::Vault;

/// What a reference service is made from.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Whose service it is.
    pub vendor: Vendor,
    /// Where all of its random numbers come from.
    pub seed: u64,
    /// The account that owns its keys: twelve digits.
    pub account: String,
    /// The only caller that it knows. It is called in this Region unless a signature says otherwise.
    pub signer: Signer,
    /// What its clock shows at first, where it has one of its own.
    pub start: Timestamp,
    /// The day whose rules it keeps to, whatever its clock shows.
    pub era: Era,
    /// What it need not unwrap, because another service with the same memo has done so before.
    pub memo: Memo,
}

impl Settings {
    /// The usual service of AWS, made from a seed: account 111122223333 in us-east-1 with one well-known caller, and the
    /// rules of the day on which its clock starts.
    #[must_use]
    pub fn new(seed: u64, start: Timestamp) -> Self {
        Self::of(Vendor::Aws, seed, start)
    }

    /// The usual service of a vendor, see [`Settings::new`]; that of Alibaba Cloud is in cn-hangzhou.
    #[must_use]
    pub fn of(vendor: Vendor, seed: u64, start: Timestamp) -> Self {
        let credentials = Credentials {
            access_key_id: "AKIDBYOKCHECK0000000".to_owned(),
            secret_access_key: "byokcheck-reference-service-secret-key00".to_owned(),
            session_token: None,
        };
        let region = match vendor {
            Vendor::Alibaba => "cn-hangzhou",
            Vendor::Aws => "us-east-1",
        };
        Self {
            vendor,
            seed,
            account: "111122223333".to_owned(),
            signer: Signer::new(credentials, region),
            start,
            era: Era::at(start),
            memo: Memo::default(),
        }
    }
}

/// A key management service in memory, in every Region that a signature names. Its answers follow from its settings,
/// the requests and their moments.
pub struct Reference {
    dialect: &'static dyn Dialect,
    era: Era,
    signer: Signer,
    state: Mutex<State>,
    /// Where request ids come from: a source of their own, so that writing an answer decides nothing.
    request_ids: Mutex<ChaCha12Rng>,
}

/// Everything that changes.
struct State {
    account: Account,
    token_names_key: bool,
    vault: Vault,
    issued: BTreeMap<ParametersId, Issued>,
    mint: Mint,
    pool: Pool,
    rsa_stock: RsaStock,
    memo: Memo,
    rng: ChaCha12Rng,
}

/// The members of an accepted call's answer, or why it is refused, in neutral words.
pub(crate) type Decision = Result<Fields, WireFault>;

/// What belongs to an import token.
struct Issued {
    pair: Arc<WrappingKeyPair>,
    algorithm: WrappingAlgorithm,
}

impl Reference {
    /// A service without keys.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let mut rng = ChaCha12Rng::seed_from_u64(settings.seed);
        let edition = Edition::of(settings.vendor, settings.era);
        let request_ids = ChaCha12Rng::from_rng(&mut rng);
        let state = State {
            token_names_key: edition.token_names_key,
            account: Account::new(Kms::new(
                edition,
                &settings.account,
                &settings.signer.region,
            )),
            vault: Vault::default(),
            issued: BTreeMap::new(),
            mint: Mint::new(&mut rng),
            pool: Pool::default(),
            rsa_stock: RsaStock::default(),
            memo: settings.memo,
            rng,
        };
        Self {
            dialect: dialect(settings.vendor),
            era: settings.era,
            signer: settings.signer,
            state: Mutex::new(state),
            request_ids: Mutex::new(request_ids),
        }
    }

    /// The day whose rules it keeps to.
    pub(crate) fn era(&self) -> Era {
        self.era
    }

    /// Who may call.
    #[must_use]
    pub fn signer(&self) -> &Signer {
        &self.signer
    }

    /// Reads a request by the rules of a day: who signed it, and what it asks for.
    pub(crate) fn read(
        &self,
        request: &HttpRequest,
        era: Era,
        now: Timestamp,
    ) -> Result<Request, WireFault> {
        self.read_as(request, request, era, now)
    }

    /// Reads one message after checking the signature of another: a service with a defect may see something else
    /// than what was signed.
    pub(in crate::target) fn read_as(
        &self,
        seen: &HttpRequest,
        signed: &HttpRequest,
        era: Era,
        now: Timestamp,
    ) -> Result<Request, WireFault> {
        self.dialect.authenticate(signed, &self.signer, now)?;
        let region = self.dialect.region(signed);
        Ok(self.dialect.decode_request(seen, era)?.within(region))
    }

    /// Reads a message without looking at its signature.
    pub(in crate::target) fn read_unsigned(
        &self,
        request: &HttpRequest,
        era: Era,
    ) -> Result<Request, WireFault> {
        let region = self.dialect.region(request);
        Ok(self.dialect.decode_request(request, era)?.within(region))
    }

    /// Decides by the rules of a day about a call that could be read, and carries it out.
    pub(crate) fn decide(&self, request: &Request, era: Era, now: Timestamp) -> Decision {
        let mut state = self.lock();
        let edition = Edition::of(self.dialect.vendor(), era);
        state.account.change_edition(edition);
        state.token_names_key = edition.token_names_key;
        state.decide(request, now)
    }

    /// What the rules permit to answer to a call; `decide` gives the first of it.
    pub(crate) fn permitted(&self, request: &Request, era: Era, now: Timestamp) -> Permitted {
        let mut state = self.lock();
        let edition = Edition::of(self.dialect.vendor(), era);
        state.account.change_edition(edition);
        state.make_late_material(request);
        let facts = state.open(request).facts;
        state.account.permitted(request, &facts, now)
    }

    /// What the model knows at the moment.
    pub(crate) fn account(&self) -> Account {
        self.lock().account.clone()
    }

    /// What the answer to a request carries beside its members.
    pub(crate) fn envelope(&self, request: &HttpRequest, now: Timestamp) -> Envelope {
        self.envelope_in(self.dialect.wanted_format(request), now)
    }

    fn envelope_in(&self, format: Format, now: Timestamp) -> Envelope {
        let request_ids = self.request_ids.lock();
        let mut request_ids = request_ids.unwrap_or_else(PoisonError::into_inner);
        Envelope {
            request_id: random_uuid(&mut *request_ids).to_string(),
            at: now,
            format,
            era: self.era,
        }
    }

    /// Writes the answer to a call.
    pub(crate) fn write(
        &self,
        operation: Operation,
        decision: &Decision,
        envelope: &Envelope,
    ) -> HttpReply {
        match decision {
            Ok(fields) => self.dialect.encode_accepted(operation, fields, envelope),
            Err(refused) => self.write_refused(Some(operation), refused, envelope),
        }
    }

    /// Writes a refusal of an operation, or of what is none.
    pub(crate) fn write_refused(
        &self,
        operation: Option<Operation>,
        refused: &WireFault,
        envelope: &Envelope,
    ) -> HttpReply {
        let refused = WireFault {
            fault: refused.fault,
            variables: respelled(&refused.variables, self.dialect),
        };
        self.dialect.encode_refused(operation, &refused, envelope)
    }

    /// The material that an import carries, whoever it is for.
    pub(in crate::target) fn material_in(&self, import: &Request, opening: Opening) -> Vec<u8> {
        let secret = self.lock().unwrapped(&import.fields, opening);
        secret.map(|secret| secret.to_vec()).unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl HttpService for Reference {
    fn answer(&self, request: &HttpRequest, now: Timestamp) -> HttpReply {
        let envelope = self.envelope(request, now);
        match self.read(request, self.era, now) {
            Ok(request) => {
                let decision = self.decide(&request, self.era, now);
                self.write(request.operation, &decision, &envelope)
            }
            Err(refused) => self.write_refused(None, &refused, &envelope),
        }
    }

    fn refuse(&self, fault: Fault, now: Timestamp) -> HttpReply {
        let envelope = self.envelope_in(Format::default(), now);
        self.write_refused(None, &fault.into(), &envelope)
    }
}

impl State {
    fn decide(&mut self, request: &Request, now: Timestamp) -> Decision {
        self.make_late_material(request);
        let named = self.named(request);
        let request = named.as_ref().unwrap_or(request);
        let opened = self.open(request);
        let permitted = self.account.permitted(request, &opened.facts, now);
        if let Answer::Refuse { fault, variables } = permitted.first() {
            return Err(WireFault {
                fault: *fault,
                variables: variables.clone(),
            });
        }
        let facts = opened.facts.clone();
        let made = self.carry_out(request, opened)?;
        let reply = Reply::Accepted(made.clone());
        self.account.observe(request, &facts, &reply, now);
        let known = self.account.reply_fields(request, &facts, now);
        let members = made.iter().chain(known.iter());
        Ok(members
            .map(|(field, value)| (field, value.clone()))
            .collect())
    }

    /// An import that leaves out its key, with the key that its token stands for, where the service allows that.
    fn named(&self, import: &Request) -> Option<Request> {
        if import.operation != Operation::Import || import.key().is_some() || !self.token_names_key
        {
            return None;
        }
        let (token, _) = self.issued_with(&import.fields)?;
        let facts = Facts {
            token: Some(TokenFact::Of(token)),
            ..Facts::default()
        };
        let key = self.account.key_of_token(import, &facts)?;
        Some(import.clone().with(Field::KeyId, key.id()))
    }
}

impl fmt::Debug for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reference")
            .field("signer", &self.signer)
            .finish_non_exhaustive()
    }
}

/// The variables of a refusal in the dialect's words.
fn respelled(neutral: &Variables, dialect: &dyn Dialect) -> Variables {
    let mut variables = neutral.clone();
    for (name, field) in SPELLED_LIKE {
        if let Some(value) = neutral.value(name) {
            variables.set(name, dialect.spell(*field, value));
        }
    }
    let operation = neutral
        .value("operation")
        .and_then(|name| name.parse().ok());
    if let Some(name) = operation.and_then(|operation| dialect.operation_name(operation)) {
        variables.set("operation", name);
    }
    variables
}

const SPELLED_LIKE: &[(&str, Field)] = &[
    ("algorithm", Field::EncryptionAlgorithm),
    ("key-spec", Field::Spec),
    ("origin", Field::Origin),
    ("usage", Field::Usage),
    ("wrapping-algorithm", Field::WrappingAlgorithm),
    ("wrapping-key-spec", Field::WrappingKeySpec),
];

fn random_uuid(rng: &mut impl Rng) -> uuid::Uuid {
    let mut bytes = [0; 16];
    rng.fill_bytes(&mut bytes);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}
