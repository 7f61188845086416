//! From a permitted call to the bytes of its reply.

use rand_chacha::ChaCha12Rng;
use rand_core::Rng;

use crate::model::{Account, Key, MaterialFact};
use crate::spec::{
    Fault, Field, Fields, KeySpec, MaterialId, Operation, Origin, Request, Variables,
};
use crate::wire::WireFault;
use crate::wrapping::{self, MaterialKind, sign, sign_digest, wrap};

use super::opened::{DIGEST, Opened, oaep};
use super::rsa_stock::RsaStock;
use super::sealed::{self, Context};
use super::vault::{Secret, Vault, material_id};
use super::{Issued, State, random_uuid};

/// A call that the rules permit and its bytes forbid.
type CarriedOut<T> = Result<T, WireFault>;

impl State {
    /// Does what a permitted call asks for. What comes back are the members of the reply that are bytes or names
    /// made here; the model knows the others.
    pub(super) fn carry_out(&mut self, request: &Request, opened: Opened) -> CarriedOut<Fields> {
        let fields = &request.fields;
        match request.operation {
            Operation::CreateKey => self.create_key(fields),
            Operation::GetParameters => self.issue_parameters(fields),
            Operation::Import => self.import(request, opened),
            Operation::Encrypt => {
                let plaintext = bytes(fields, Field::Plaintext)?;
                self.encrypt(request, Field::KeyId, Field::EncryptionContext, plaintext)
            }
            Operation::Decrypt => {
                let plaintext = opened.plaintext.ok_or_else(incomplete)?;
                Ok(Fields::new().with(Field::Plaintext, plaintext))
            }
            Operation::ReEncrypt => self.encrypt(
                request,
                Field::DestinationKeyId,
                Field::DestinationEncryptionContext,
                &opened.plaintext.ok_or_else(incomplete)?,
            ),
            Operation::GenerateDataKey => self.generate_data_key(request),
            Operation::GenerateMac => self.generate_mac(request),
            Operation::Sign => self.sign(request),
            Operation::Rotate => self.rotate(request),
            Operation::CreateGrant => Ok(self.name_grant()),
            Operation::GetPublicKey => {
                let working = Working::of(&self.account, &self.vault, request, Field::KeyId)?;
                let public_key = self.memo.public_key_of(working.secret);
                let public_key = public_key.ok_or_else(incomplete)?;
                Ok(Fields::new().with(Field::PublicKey, public_key.to_vec()))
            }
            _ => Ok(Fields::new()),
        }
    }

    /// Gives a key of the service's own origin its material when that is first needed: a key that is never used
    /// should not cost the making of it. Symmetric keys, which name their material from the start, have it already.
    pub(super) fn make_late_material(&mut self, request: &Request) {
        let key = request
            .key()
            .and_then(|reference| self.account.resolve(request, reference).ok());
        let lacks_material =
            |key: &&Key| key.origin() == Origin::Service && self.vault.current(key).is_none();
        if let Some(key) = key.filter(lacks_material)
            && uses_material(request.operation)
            && let Ok(secret) = make(key.spec(), key.id(), &mut self.rsa_stock, &mut self.rng)
        {
            let material = material_id(key.id(), &secret);
            self.vault.keep(key.id(), material, secret);
        }
    }

    fn create_key(&mut self, fields: &Fields) -> CarriedOut<Fields> {
        let uuid = random_uuid(&mut self.rng);
        let id = match fields.flag(Field::MultiRegion) {
            Some(true) => format!("mrk-{}", uuid.simple()),
            _ => uuid.to_string(),
        };
        let spec = [Field::Spec, Field::DeprecatedSpec]
            .into_iter()
            .find_map(|field| fields.name(field))
            .unwrap_or(KeySpec::Symmetric);
        let mut reply = Fields::new().with(Field::KeyId, id.as_str());
        if spec == KeySpec::Symmetric && fields.name(Field::Origin) != Some(Origin::External) {
            let secret = make(spec, &id, &mut self.rsa_stock, &mut self.rng)?;
            let material = material_id(&id, &secret);
            reply.set(Field::CurrentMaterialId, material.0.as_str());
            self.vault.keep(&id, material, secret);
        }
        Ok(reply)
    }

    fn issue_parameters(&mut self, fields: &Fields) -> CarriedOut<Fields> {
        let spec = fields.name(Field::WrappingKeySpec);
        let algorithm = fields.name(Field::WrappingAlgorithm);
        let (spec, algorithm) = spec.zip(algorithm).ok_or_else(incomplete)?;
        let parameters = self.next_parameters();
        let pair = self.pool.take(spec, &mut self.rng);
        let reply = Fields::new()
            .with(
                Field::ImportToken,
                self.mint.issue(parameters, &mut self.rng),
            )
            .with(Field::PublicKey, pair.public_key_der());
        self.issued.insert(parameters, Issued { pair, algorithm });
        Ok(reply)
    }

    fn import(&mut self, request: &Request, opened: Opened) -> CarriedOut<Fields> {
        let key = resolved(&self.account, request, Field::KeyId)?;
        let (Some(material), Some(MaterialFact::Is(id))) = (opened.material, opened.facts.material)
        else {
            return Err(incomplete());
        };
        self.vault.keep(key.id(), id, material);
        Ok(Fields::new())
    }

    /// Makes the next material of a key whose material comes from here; imported material is there already.
    fn rotate(&mut self, request: &Request) -> CarriedOut<Fields> {
        let key = resolved(&self.account, request, Field::KeyId)?;
        if key.origin() == Origin::External {
            return Ok(Fields::new());
        }
        let id = key.id().to_owned();
        let secret = make(key.spec(), &id, &mut self.rsa_stock, &mut self.rng)?;
        let made = material_id(&id, &secret);
        self.vault.keep(&id, made.clone(), secret);
        Ok(Fields::new().with(Field::CurrentMaterialId, made.0))
    }

    /// Nobody is kept from anything here, so a grant is only its names.
    fn name_grant(&mut self) -> Fields {
        let mut name = |bytes| {
            let mut name = vec![0; bytes];
            self.rng.fill_bytes(&mut name);
            hex::encode(name)
        };
        Fields::new()
            .with(Field::GrantId, name(32))
            .with(Field::GrantToken, name(100))
    }

    fn generate_data_key(&mut self, request: &Request) -> CarriedOut<Fields> {
        let fields = &request.fields;
        let length = match (
            fields.number(Field::NumberOfBytes),
            fields.text(Field::DataKeySpec),
        ) {
            (Some(length), None) => usize::try_from(length).map_err(|_| incomplete())?,
            (None, Some("AES_128")) => 16,
            (None, Some(_)) => 32,
            _ => return Err(unfit("Please specify either number of bytes or key spec.")),
        };
        let mut plaintext = vec![0; length];
        self.rng.fill_bytes(&mut plaintext);
        let reply = self.encrypt(request, Field::KeyId, Field::EncryptionContext, &plaintext)?;
        Ok(reply.with(Field::Plaintext, plaintext))
    }

    fn encrypt(
        &mut self,
        request: &Request,
        key: Field,
        context: Field,
        plaintext: &[u8],
    ) -> CarriedOut<Fields> {
        let fields = &request.fields;
        let working = Working::of(&self.account, &self.vault, request, key)?;
        let rng = &mut self.rng;
        let ciphertext = if let Some(algorithm) = oaep(fields) {
            let public_key = self.memo.public_key_of(working.secret);
            let public_key = public_key.ok_or_else(incomplete)?;
            wrap(algorithm, &public_key, plaintext, rng).map_err(unfit)?
        } else {
            let none = Context::new();
            let context = fields.map(context).unwrap_or(&none);
            let material = (working.material, working.secret.as_slice());
            sealed::seal(working.key, material, context, plaintext, rng).ok_or_else(incomplete)?
        };
        Ok(Fields::new().with(Field::Ciphertext, ciphertext))
    }

    fn generate_mac(&self, request: &Request) -> CarriedOut<Fields> {
        let fields = &request.fields;
        let working = Working::of(&self.account, &self.vault, request, Field::KeyId)?;
        let algorithm = fields.name(Field::MacAlgorithm).ok_or_else(incomplete)?;
        let mac = wrapping::mac(algorithm, working.secret, bytes(fields, Field::Message)?);
        Ok(Fields::new().with(Field::Mac, mac))
    }

    fn sign(&mut self, request: &Request) -> CarriedOut<Fields> {
        let fields = &request.fields;
        let working = Working::of(&self.account, &self.vault, request, Field::KeyId)?;
        let sign = match fields.text(Field::MessageType) {
            Some(DIGEST) => sign_digest,
            _ => sign,
        };
        let algorithm = fields
            .name(Field::SigningAlgorithm)
            .ok_or_else(incomplete)?;
        let message = bytes(fields, Field::Message)?;
        let signature = sign(working.secret, algorithm, message, &mut self.rng).map_err(unfit)?;
        Ok(Fields::new().with(Field::Signature, signature))
    }
}

/// What a call works with.
struct Working<'a> {
    key: &'a str,
    material: &'a MaterialId,
    secret: &'a Secret,
}

impl<'a> Working<'a> {
    /// The material of the key that stands in this member.
    fn of(
        account: &'a Account,
        vault: &'a Vault,
        request: &Request,
        key: Field,
    ) -> CarriedOut<Self> {
        let key = resolved(account, request, key)?;
        let (material, secret) = vault.current(key).ok_or_else(incomplete)?;
        Ok(Self {
            key: key.id(),
            material,
            secret,
        })
    }
}

fn uses_material(operation: Operation) -> bool {
    matches!(
        operation,
        Operation::Encrypt
            | Operation::Decrypt
            | Operation::ReEncrypt
            | Operation::GenerateMac
            | Operation::VerifyMac
            | Operation::Sign
            | Operation::Verify
            | Operation::GetPublicKey
    )
}

/// New material for a key.
fn make(spec: KeySpec, key: &str, rsa: &mut RsaStock, rng: &mut ChaCha12Rng) -> CarriedOut<Secret> {
    match rsa.take(spec) {
        Some(secret) => Ok(secret),
        None => MaterialKind::of(spec)
            .derive(rng.next_u64(), key)
            .map_err(unfit),
    }
}

/// The key that stands in this member of a call.
fn resolved<'a>(account: &'a Account, request: &Request, key: Field) -> CarriedOut<&'a Key> {
    let reference = request.fields.text(key).ok_or_else(incomplete)?;
    account.resolve(request, reference).map_err(refused)
}

fn bytes(fields: &Fields, field: Field) -> CarriedOut<&[u8]> {
    fields.bytes(field).ok_or_else(incomplete)
}

fn refused(fault: Fault) -> WireFault {
    WireFault {
        fault,
        variables: Variables::new(),
    }
}

/// The sources have no fault of their own for this; a validation error with a sentence is what the service gives
/// to everything that its model does not bound.
fn unfit(reason: impl ToString) -> WireFault {
    WireFault {
        fault: Fault::Constraint,
        variables: Variables::new().with("violations", reason.to_string()),
    }
}

/// A member that dialect and model let pass is not there after all.
fn incomplete() -> WireFault {
    unfit("The request lacks what the operation works with.")
}
