//! Messages of the wire as JSON for programs.

use prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage, SerializeOptions};

use super::failed::Failed;
use crate::escape::ascii_json;
use crate::pb::FILE_DESCRIPTOR_SET;

/// A message in proto JSON with the names of the proto file, indented. `name`: of the
/// message in the package `audient.v1`.
///
/// # Errors
/// The message holds what has no JSON, such as a time beyond the year 9999.
pub(super) fn proto_json(name: &str, message: &impl Message) -> Result<String, Failed> {
    written(name, message).map_err(|why| Failed::no_verdict(format!("the answer: {why}")))
}

fn written(name: &str, message: &impl Message) -> Result<String, String> {
    let pool = DescriptorPool::decode(FILE_DESCRIPTOR_SET).map_err(|error| error.to_string())?;
    let descriptor = pool
        .get_message_by_name(&format!("audient.v1.{name}"))
        .ok_or_else(|| format!("the descriptor set lacks {name}"))?;
    let dynamic = DynamicMessage::decode(descriptor, message.encode_to_vec().as_slice())
        .map_err(|error| error.to_string())?;
    let mut text = Vec::new();
    let mut serializer = serde_json::Serializer::pretty(&mut text);
    let options = SerializeOptions::new().use_proto_field_name(true);
    dynamic
        .serialize_with_options(&mut serializer, &options)
        .map_err(|error| error.to_string())?;
    let text = String::from_utf8(text).map_err(|error| error.to_string())?;
    Ok(ascii_json(&text))
}
