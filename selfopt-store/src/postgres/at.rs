//! Times as `timestamptz`.

use selfopt_core::Timestamp;
use sqlx::{
    Decode, Encode, Postgres, Type,
    encode::IsNull,
    error::BoxDynError,
    postgres::{PgArgumentBuffer, PgTypeInfo, PgValueFormat, PgValueRef, types::Oid},
};

/// A time. Postgres counts microseconds from 2000-01-01 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct At(pub(super) Timestamp);

const MILLIS_OF_2000: i64 = 946_684_800_000;

/// `timestamptz`, the same in every installation.
const TIMESTAMPTZ: Oid = Oid(1184);

impl Type<Postgres> for At {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(TIMESTAMPTZ)
    }
}

impl Encode<'_, Postgres> for At {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        let Timestamp(millis) = self.0;
        let micros = i64::try_from(millis)?
            .checked_sub(MILLIS_OF_2000)
            .and_then(|millis| millis.checked_mul(1000))
            .ok_or("the time is out of range")?;
        Encode::<Postgres>::encode(micros, buffer)
    }
}

impl<'r> Decode<'r, Postgres> for At {
    fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        if value.format() == PgValueFormat::Text {
            return Err("times are only read from prepared queries".into());
        }
        let micros: i64 = Decode::<Postgres>::decode(value)?;
        let millis = micros.div_euclid(1000) + MILLIS_OF_2000;
        Ok(Self(Timestamp(u64::try_from(millis)?)))
    }
}
