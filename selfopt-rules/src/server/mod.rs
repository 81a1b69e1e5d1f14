//! Pack `server`: work that handlers do again for every request.

mod schema_builder;
mod schema_hoist;
mod schema_parts;

pub(crate) use schema_hoist::SchemaHoist;
