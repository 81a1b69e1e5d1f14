//! Pack `server`: work that handlers do again for every request.

mod request_scope;
mod schema_builder;
mod schema_hoist;
mod schema_parts;
mod static_payload;

use request_scope::RequestScope;
use schema_hoist::SchemaHoist;
use static_payload::StaticPayload;

use crate::rule::Rule;

/// The rules of the pack.
pub const RULES: &[&dyn Rule] = &[&RequestScope, &SchemaHoist, &StaticPayload];
