//! Pack `server`: work that handlers do again for every request.

mod request_scope;
mod schema_builder;
mod schema_hoist;
mod schema_parts;
mod static_payload;

pub(crate) use request_scope::RequestScope;
pub(crate) use schema_hoist::SchemaHoist;
pub(crate) use static_payload::StaticPayload;
