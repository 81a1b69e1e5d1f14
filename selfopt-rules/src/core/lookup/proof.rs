//! Shows that an index answers as the search does.

use selfopt_syntax::{MetBy, Node};

use super::{
    ELEMENTS_ARE_THERE, KEY_NOT_NAN, KEYS_NOT_CHANGED, Lookup, RECEIVER_IS_ARRAY, TYPES_FIT,
    VALUE_ONLY_COMPUTES,
};
use crate::analysis::arrays::{is_array, is_string};
use crate::analysis::calls::MethodCall;
use crate::analysis::dense::has_no_holes;
use crate::analysis::expressions::unwrapped;
use crate::analysis::fresh::fixed_value;
use crate::analysis::functions::PlainFunction;
use crate::analysis::nan::{excludes_nan, is_never_nan};
use crate::analysis::placing::Place;
use crate::analysis::presence::{is_present, is_type_present};
use crate::analysis::purity::pure_expression;
use crate::analysis::still::change_of_objects;
use crate::analysis::types;
use crate::core::membership::{Haystack, Iteration, PLACE};
use crate::rule::{Condition, Proof, Refusal};

/// Longer types are not written down again.
const MAX_TYPE: usize = 60;

/// What is known of an element.
enum Element<'a> {
    /// Its declared type.
    Declared(Node<'a>),
    /// The object literal that makes each of them.
    Made(Node<'a>),
}

/// A search that an index can answer.
pub(in crate::core) struct Indexed<'a> {
    /// Where the index can be made, the outermost place first.
    pub(in crate::core) place: Place<'a>,
    /// In TypeScript, the types of the property and of the elements.
    pub(in crate::core) types: Option<(Node<'a>, Node<'a>)>,
    pub(in crate::core) met: Vec<(&'static Condition, MetBy)>,
}

impl<'a> Lookup<'a> {
    /// All that has to hold.
    pub(in crate::core) fn prove(&self, iterations: &[Iteration<'a>]) -> Proof<Indexed<'a>> {
        let ctx = self.ctx;
        let shown = self.list.text();
        let is_list = is_array(ctx, self.call.receiver).ok_or_else(|| {
            let reason = format!("nothing shows that `{shown}` is an array");
            Refusal::new(&RECEIVER_IS_ARRAY, self.list, reason)
        })?;
        let haystack = Haystack::of(ctx, self.list).ok_or_else(|| {
            Refusal::new(&RECEIVER_IS_ARRAY, self.list, "its declaration is not in this file")
        })?;
        haystack.prove_may_be_large()?;
        let element = self.element_of().ok_or_else(|| {
            let reason = format!("the file does not show what the elements of `{shown}` are");
            Refusal::new(&ELEMENTS_ARE_THERE, self.list, reason)
        })?;
        let key_not_nan = self.key_not_nan(&element);
        let value_not_nan = is_never_nan(ctx, self.value);
        let not_nan = key_not_nan.or(value_not_nan).ok_or_else(|| {
            let reason = format!("nothing shows that `{}` is never `NaN`", self.key.text());
            Refusal::new(&KEY_NOT_NAN, self.key, reason)
        })?;
        let computes = pure_expression(ctx, self.value)
            .map_err(|at| Refusal::new(&VALUE_ONLY_COMPUTES, at.node, at.reason))?;
        let types = self.prove_types(&element)?;
        let place = self.first_place(&haystack, iterations)?;
        let is_there =
            if matches!(element, Element::Made(_)) { MetBy::Syntax } else { MetBy::Type };
        let met = vec![
            (&RECEIVER_IS_ARRAY, is_list),
            (&ELEMENTS_ARE_THERE, is_there),
            (&KEY_NOT_NAN, not_nan),
            (&VALUE_ONLY_COMPUTES, computes),
        ];
        Ok(Indexed { place, types, met })
    }

    fn element_of(&self) -> Option<Element<'a>> {
        let ctx = self.ctx;
        let declared = types::type_of(ctx, self.call.receiver)
            .and_then(|whole| types::element_type(ctx, whole))
            .filter(|element| is_type_present(ctx, *element));
        declared.map(Element::Declared).or_else(|| {
            let made = unwrapped(fixed_value(ctx, self.list)?);
            let call = MethodCall::named(made, &["map"])?;
            is_array(ctx, call.receiver)?;
            has_no_holes(ctx, made)?;
            let function = PlainFunction::of(*call.arguments.first()?)?;
            let object = unwrapped(function.only_value()?);
            let is_plain = |item: Node<'_>| item.is_any(&["pair", "shorthand_property_identifier"]);
            (object.is("object") && object.items().all(is_plain)).then_some(Element::Made(object))
        })
    }

    fn key_not_nan(&self, element: &Element<'a>) -> Option<MetBy> {
        let name = self.key.text();
        match element {
            Element::Declared(element) => {
                let key = types::property_type(self.ctx, *element, name)?;
                excludes_nan(self.ctx, key).then_some(MetBy::Type)
            }
            Element::Made(object) => {
                let is_it =
                    |pair: &Node<'a>| pair.child_by_field("key").is_some_and(|k| k.text() == name);
                let pair = object.items().filter(|item| item.is("pair")).find(is_it)?;
                is_never_nan(self.ctx, pair.child_by_field("value")?)
            }
        }
    }

    fn prove_types(&self, element: &Element<'a>) -> Proof<Option<(Node<'a>, Node<'a>)>> {
        if !self.ctx.file.language.is_typescript() {
            return Ok(None);
        }
        let refuse = |at, reason: String| Err(Refusal::new(&TYPES_FIT, at, reason));
        let name = self.key.text();
        let Element::Declared(element) = *element else {
            return refuse(self.list, "the type of the elements has no name".to_owned());
        };
        let is_optional = types::property_signature(self.ctx, element, name)
            .is_none_or(|signature| signature.has_token("?"));
        let key = types::property_type(self.ctx, element, name).filter(|_| !is_optional);
        let Some(key) = key else {
            return refuse(self.key, format!("the type of `{name}` is not known, or has `?`"));
        };
        let is_short =
            |node: Node<'_>| node.text().len() <= MAX_TYPE && !node.text().contains('\n');
        if !is_short(key) || !is_short(element) {
            return refuse(element, "the type is too long to be written again".to_owned());
        }
        if !self.is_of_type(key) {
            let reason =
                format!("nothing shows that `{}` has the type of `{name}`", self.value.text());
            return refuse(self.value, reason);
        }
        Ok(Some((key, element)))
    }

    fn is_of_type(&self, key: Node<'a>) -> bool {
        let (ctx, value) = (self.ctx, unwrapped(self.value));
        let key = types::unwrapped_type(key);
        let is_text = key.is("predefined_type") && key.text() == "string";
        let is_same = || types::type_of(ctx, value).is_some_and(|own| own.text() == key.text());
        let is_number = || key.text() == "number" && value.is("number");
        let fits = (is_text && is_string(ctx, value).is_some()) || is_number() || is_same();
        fits && (value.is("template_string") || is_present(ctx, value).is_some())
    }

    /// Before the outermost iteration that leaves array and elements as they
    /// are; otherwise what stands in the way of the innermost.
    fn first_place(&self, haystack: &Haystack<'a>, all: &[Iteration<'a>]) -> Proof<Place<'a>> {
        let mut refusal = None;
        for &iteration in all {
            match self.before(haystack, iteration) {
                Ok(place) => return Ok(place),
                Err(found) => refusal = Some(found),
            }
        }
        let nowhere = || Refusal::new(&PLACE, self.call.node, "no loop is around it");
        Err(refusal.unwrap_or_else(nowhere))
    }

    fn before(&self, haystack: &Haystack<'a>, iteration: Iteration<'a>) -> Proof<Place<'a>> {
        let no_place =
            |node| Refusal::new(&PLACE, node, "a statement cannot stand before the loop");
        let place = Place::before(iteration.node).map_err(no_place)?;
        let region = place.followed_by();
        haystack.prove_defined_before(region)?;
        haystack.prove_unchanged(region, iteration)?;
        if !iteration.is_synchronous {
            let reason = "nothing shows that all callbacks around the search are called at once";
            return Err(Refusal::new(&KEYS_NOT_CHANGED, iteration.node, reason));
        }
        if let Some(at) = change_of_objects(self.ctx, region, Some(self.key.text())) {
            let shown: String = at.text().lines().next().unwrap_or_default().into();
            let reason = format!("`{shown}` may change `{}` of an element", self.key.text());
            return Err(Refusal::new(&KEYS_NOT_CHANGED, at, reason));
        }
        Ok(place)
    }
}
