//! From a call of the file to a request that can be sent: parameters fetched, material wrapped, damage done.

use super::run::Run;
use super::session::Exchange;
use crate::scenario::{Call, ParameterSource, Wrap, Wrapping};
use crate::spec::{Field, Fields, Operation, Request, WrappingAlgorithm};
use crate::wrapping::{seeded_rng, wrap, wrap_with};

impl Run<'_> {
    pub(super) async fn make_request(
        &self,
        call: &Call,
        exchanges: &mut Vec<Exchange>,
    ) -> Result<Request, String> {
        let now = self.session.target.now();
        let mut request = self
            .world
            .request(call, now)
            .map_err(|error| error.to_string())?;
        if let Some(wrapping) = &call.wrapping {
            self.wrap_into(&mut request, call, wrapping, exchanges)
                .await?;
        }
        for field in &call.omit {
            request.fields.remove(*field);
        }
        Ok(request)
    }

    /// Puts token and wrapped material into an import request, unless the file gives its own.
    async fn wrap_into(
        &self,
        request: &mut Request,
        call: &Call,
        wrapping: &Wrapping,
        exchanges: &mut Vec<Exchange>,
    ) -> Result<(), String> {
        let (algorithm, parameters) = self
            .parameters(call, &wrapping.parameters, exchanges)
            .await?;
        if !request.fields.has(Field::ImportToken)
            && let Some(token) = parameters.bytes(Field::ImportToken)
        {
            request.fields.set(Field::ImportToken, token.to_vec());
        }
        if request.fields.has(Field::EncryptedMaterial) {
            return Ok(());
        }
        let public_key = match &wrapping.wrapped_for {
            Some(name) => self
                .world
                .result(name)
                .map_err(|e| e.to_string())?
                .reply
                .clone(),
            None => parameters,
        };
        let public_key = public_key
            .bytes(Field::PublicKey)
            .ok_or("the parameters have no public key")?;
        let material = self
            .world
            .material(&wrapping.material.text)
            .map_err(|error| error.to_string())?;
        let mut rng = seeded_rng(self.case.seed, &self.case.scenario.name);
        let wrapped = match wrapping.wrap {
            Wrap::AsAsked => wrap(algorithm, public_key, &material, &mut rng),
            Wrap::With(algorithm) => wrap(algorithm, public_key, &material, &mut rng),
            Wrap::Except(variant) => wrap_with(variant, algorithm, public_key, &material, &mut rng),
        };
        let mut ciphertext = wrapped.map_err(|error| error.to_string())?;
        if let Some(damage) = wrapping.damage {
            ciphertext = damage.apply(&ciphertext, &mut rng);
        }
        request.fields.set(Field::EncryptedMaterial, ciphertext);
        Ok(())
    }

    /// The algorithm and the reply of the parameters that an import uses.
    async fn parameters(
        &self,
        call: &Call,
        source: &ParameterSource,
        exchanges: &mut Vec<Exchange>,
    ) -> Result<(WrappingAlgorithm, Fields), String> {
        match source {
            ParameterSource::Step(name) => {
                let bound = self.world.result(name).map_err(|error| error.to_string())?;
                let algorithm = bound.request.fields.name(Field::WrappingAlgorithm);
                Ok((
                    algorithm.ok_or("the parameters name no algorithm")?,
                    bound.reply.clone(),
                ))
            }
            ParameterSource::Fresh {
                algorithm,
                wrapping_key,
            } => {
                let key = call
                    .key
                    .as_ref()
                    .and_then(|reference| self.world.key(reference));
                let key = key.ok_or("there is no key to get parameters for")?;
                let request = key
                    .call(Operation::GetParameters)
                    .with(Field::WrappingAlgorithm, *algorithm)
                    .with(Field::WrappingKeySpec, *wrapping_key);
                let exchange = self.session.call(&request).await;
                let summary = exchange.summary();
                let fields = exchange.decoded.accepted().cloned();
                exchanges.push(exchange);
                let fields = fields.ok_or_else(|| format!("get-parameters was {summary}"))?;
                Ok((*algorithm, fields))
            }
        }
    }
}
