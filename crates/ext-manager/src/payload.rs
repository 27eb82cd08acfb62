//! The payload of `plugin_call`: that of the caller, wrapped with the library.

use bytes::Bytes;
use ext_abi::{AbiError, ByteLen, attachment};
use ext_manifest::Manifest;
use ext_wire::{
    ErrorBody, ErrorCode, PluginCall, body,
    ops::jobs::JobContext,
    write_only::{self, Secrets},
};
use serde_json::value::RawValue;
use uuid::Uuid;

/// Wraps a payload into a [`PluginCall`]; an envelope stays one, its blobs as they are.
pub(crate) fn wrap(
    library: Option<Uuid>,
    payload: &Bytes,
    job: Option<JobContext>,
    limit: u32,
) -> Result<Vec<u8>, ErrorBody> {
    check_size(payload, limit)?;
    if !attachment::is_envelope(payload) {
        return wrap_json(library, payload, job);
    }
    let layout = attachment::decode(payload).map_err(refuse)?;
    let json = wrap_json(library, &payload.slice(layout.json), job)?;
    let blobs: Vec<Bytes> = layout.blobs.into_iter().map(|range| payload.slice(range)).collect();
    attachment::encode(&json, &blobs).map_err(refuse)
}

/// Finds the secrets in the input of an operation, as its schema in the manifest marks them.
pub(crate) fn secrets(manifest: &Manifest, method: &str, payload: &Bytes) -> Secrets {
    let mut declared = manifest.operations().iter();
    let schema = declared.find(|operation| operation.method() == method);
    let schema = schema.and_then(|operation| operation.input());
    let Some(schema) = schema.filter(|schema| write_only::takes_secrets(schema)) else {
        return Secrets::default();
    };
    let json = match attachment::is_envelope(payload) {
        true => attachment::decode(payload).ok().map(|layout| payload.slice(layout.json)),
        false => Some(payload.clone()),
    };
    // What is not JSON is refused before the guest gets it.
    let input = json.and_then(|json| serde_json::from_slice(&json).ok());
    input.map(|input| Secrets::of(schema, &input)).unwrap_or_default()
}

fn wrap_json(
    library_id: Option<Uuid>,
    json: &[u8],
    job: Option<JobContext>,
) -> Result<Vec<u8>, ErrorBody> {
    let json = if json.is_empty() { b"null" } else { json };
    let not_json = |error| ErrorBody::new(ErrorCode::BadJson, format_args!("not JSON: {error}"));
    let input: &RawValue = serde_json::from_slice(json).map_err(not_json)?;
    serde_json::to_vec(&PluginCall { library_id, input, job })
        .map_err(|error| ErrorBody::new(ErrorCode::Internal, error))
}

fn check_size(payload: &[u8], limit: u32) -> Result<(), ErrorBody> {
    let got = body::json_len(payload).map_err(ErrorBody::from)?;
    if u32::try_from(got).is_ok_and(|got| got <= limit) {
        return ByteLen::of(payload).map(drop).map_err(refuse);
    }
    let message =
        format_args!("the input has {got} bytes of JSON, the extension's limit is {limit}");
    Err(ErrorBody::new(ErrorCode::AbiTooLarge, message))
}

fn refuse(error: AbiError) -> ErrorBody {
    ErrorBody::new(error.code(), error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrapped(payload: &[u8]) -> Result<String, ErrorCode> {
        let wrapped =
            wrap(None, &Bytes::copy_from_slice(payload), None, 64).map_err(|error| error.code)?;
        Ok(String::from_utf8(wrapped).unwrap())
    }

    #[test]
    fn json_is_wrapped_as_it_is() {
        assert_eq!(wrapped(br#"{"a": 1}"#).unwrap(), r#"{"library_id":null,"input":{"a": 1}}"#);
        assert_eq!(wrapped(b"").unwrap(), r#"{"library_id":null,"input":null}"#);
    }

    #[test]
    fn what_is_no_json_or_too_long_is_refused() {
        assert_eq!(wrapped(b"{"), Err(ErrorCode::BadJson));
        assert_eq!(wrapped(&[b'1'; 65]), Err(ErrorCode::AbiTooLarge));
        assert!(wrapped(&[b'1'; 64]).is_ok());
    }

    #[test]
    fn blobs_stay_blobs() {
        let payload = attachment::encode(br#"{"data":{"$blob":0}}"#, &[b"\x00\xff"]).unwrap();
        let wrapped = wrap(Some(Uuid::max()), &payload.into(), None, 64).unwrap();
        let layout = attachment::decode(&wrapped).unwrap();
        assert_eq!(wrapped[layout.blobs[0].clone()], *b"\x00\xff");
        let call: PluginCall<serde_json::Value> =
            serde_json::from_slice(&wrapped[layout.json]).unwrap();
        assert_eq!(call.library_id, Some(Uuid::max()));
        assert_eq!(call.input, serde_json::json!({ "data": { "$blob": 0 } }));
    }
}
