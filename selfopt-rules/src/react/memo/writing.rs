//! Statements that keep values, and how they get into a component.

use selfopt_syntax::{Edit, Node};

use super::component::HOOK_AT_TOP;
use crate::analysis::layout::{Layout, indent_at, moved};
use crate::analysis::placing::Place;
use crate::rule::{Proof, Refusal, RuleContext};

/// `const name = useMemo(() => value, [dependencies])`.
pub(in crate::react) struct Memo<'a> {
    /// The new name.
    pub(in crate::react) name: String,
    /// `useMemo` or `useCallback`, as it is called here.
    pub(in crate::react) callee: String,
    /// What is kept.
    pub(in crate::react) value: Node<'a>,
    /// The list.
    pub(in crate::react) dependencies: Vec<String>,
    /// Whether the value is a function that is kept itself.
    pub(in crate::react) is_callback: bool,
}

impl Memo<'_> {
    fn text(&self, ctx: RuleContext<'_>, indent: &str) -> String {
        let value = moved(ctx.file, self.value, indent);
        let value = match self.value.kind() {
            _ if self.is_callback => value,
            "object" => format!("() => ({value})"),
            _ => format!("() => {value}"),
        };
        let Self { name, callee, dependencies, .. } = self;
        format!("const {name} = {callee}({value}, [{}])", dependencies.join(", "))
    }
}

/// New statements in front of one of a component, or of an arrow's expression.
pub(in crate::react) struct Statements<'a> {
    place: Place<'a>,
    indent: String,
}

impl<'a> Statements<'a> {
    /// In front of the statement that holds `node`.
    pub(in crate::react) fn before(ctx: RuleContext<'a>, node: Node<'a>) -> Proof<Self> {
        let layout = Layout::of(ctx.file);
        let place = Place::before(node).map_err(|at| no_place(at))?;
        let indent = match place {
            Place::Before(next) => indent_at(ctx.file, next.start()).to_owned(),
            Place::Body(body) => {
                let arrow = body.parent().unwrap_or(body);
                format!("{}{}", indent_at(ctx.file, arrow.start()), layout.indent)
            }
        };
        Ok(Self { place, indent })
    }

    /// The edits that write them.
    pub(in crate::react) fn edits(
        &self,
        ctx: RuleContext<'a>,
        memos: &[Memo<'a>],
    ) -> Proof<Vec<Edit>> {
        let Layout { newline, semicolon, .. } = Layout::of(ctx.file);
        let texts: Vec<_> = memos.iter().map(|memo| memo.text(ctx, &self.indent)).collect();
        let text = texts.join(&format!("{semicolon}{newline}{}", self.indent));
        self.place.insert(ctx, &text).ok_or_else(|| no_place(self.place.followed_by()))
    }
}

/// All edits, without those inside of text that another replaces.
pub(in crate::react) fn together(mut edits: Vec<Edit>) -> Vec<Edit> {
    let replaced: Vec<_> = edits.iter().map(|edit| edit.span).filter(|s| !s.is_empty()).collect();
    let is_inside = |edit: &Edit| {
        replaced.iter().any(|span| edit.span.start > span.start && edit.span.end < span.end)
    };
    edits.retain(|edit| !edit.span.is_empty() || !is_inside(edit));
    edits
}

fn no_place(at: Node<'_>) -> Refusal {
    Refusal::new(&HOOK_AT_TOP, at, "there is no place for a statement before it")
}
