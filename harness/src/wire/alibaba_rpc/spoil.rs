//! One defect in the message or the signature of an otherwise correct call.

use jiff::Timestamp;

use super::parameters::Parameters;
use super::signing::AUTHORIZATION;
use super::{FORM_CONTENT, schema, signing};
use crate::spec::{MessageDefect, Operation, OperationDefect, SignatureDefect};
use crate::wire::spoil::{INVENTED_MEMBER, INVENTED_OPERATION, first_half, signer as wrong_signer};
use crate::wire::{HttpRequest, Signer};

pub(super) fn message(
    mut request: HttpRequest,
    operation: Operation,
    defect: &MessageDefect,
) -> HttpRequest {
    let mut parameters = Parameters::of_query(&request);
    match defect {
        // A body is a form with the parameters of the operation.
        MessageDefect::Body(bytes) => {
            parameters.retain(|name| ["Action", "Version"].contains(&name));
            request = request.with_header("content-type", FORM_CONTENT);
            request.body.clone_from(bytes);
        }
        MessageDefect::Member(field, text) => {
            let members = schema::of(operation).map_or(&[][..], |schema| schema.request);
            let member = members.iter().find(|member| member.field == *field);
            let name = member.map_or_else(|| field.to_string(), |it| it.wire.to_owned());
            parameters.set(&name, text);
        }
        MessageDefect::InventedMember(text) => parameters.set(INVENTED_MEMBER, text),
        MessageDefect::Operation(OperationDefect::Missing) => {
            parameters.retain(|name| name != "Action");
        }
        MessageDefect::Operation(OperationDefect::Invented) => {
            parameters.set("Action", INVENTED_OPERATION);
        }
    }
    request.target = parameters.to_target();
    request
}

pub(super) fn sign(
    request: HttpRequest,
    host: &str,
    signer: &Signer,
    at: Timestamp,
    defect: SignatureDefect,
) -> HttpRequest {
    let (signer, at) = wrong_signer(signer, at, UNKNOWN_ACCESS_KEY, defect);
    let request = signing::sign(request, host, &signer, at);
    match defect {
        SignatureDefect::Missing => with_signature(request, &signer, |_| None),
        SignatureDefect::Cut => {
            with_signature(request, &signer, |signature| Some(first_half(signature)))
        }
        _ => request,
    }
}

const UNKNOWN_ACCESS_KEY: &str = "LTAIbyokcheckUnknown0000";

/// Changes a signature wherever it stands, or takes it away.
fn with_signature(
    mut request: HttpRequest,
    signer: &Signer,
    change: fn(&str) -> Option<String>,
) -> HttpRequest {
    if let Some(authorization) = request.header(AUTHORIZATION) {
        return match change(authorization) {
            Some(changed) => request.with_header(AUTHORIZATION, changed),
            None => {
                request.headers.retain(|(name, _)| name != AUTHORIZATION);
                request
            }
        };
    }
    let place = signer.manner.place();
    let mut parameters = Parameters::of_place(&request, place);
    match parameters.value("Signature").and_then(change) {
        Some(changed) => parameters.set("Signature", changed),
        None => parameters.retain(|name| name != "Signature"),
    }
    parameters.put(request, place)
}
