//! Reads a page.

use selfopt_syntax::Language;

/// A page of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Page {
    /// Its blocks, in order.
    pub blocks: Vec<Block>,
    /// What could not be read, with the line.
    pub problems: Vec<(usize, String)>,
}

/// A fenced block that says what must happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// What must happen.
    pub kind: BlockKind,
    /// The grammar to read it with.
    pub language: Language,
    /// The source code.
    pub text: String,
    /// Line of the page, from 1.
    pub line: usize,
}

/// What must happen with a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BlockKind {
    /// A patch.
    Invalid,
    /// No finding at all.
    Nothing,
    /// No patch.
    Valid,
    /// A finding without a patch.
    Report,
    /// A finding that is declined for this condition.
    Declined(String),
    /// Patched, it is the next block.
    Before,
    /// What comes out of the block before it.
    After,
    /// A patch that Node, running both, cannot tell from the original. Only
    /// whoever can run Node looks at the second half.
    Equivalent,
}

impl Page {
    /// Whether a block shows code that the rule has to leave alone.
    pub fn has_near_miss(&self) -> bool {
        self.blocks.iter().any(|block| {
            matches!(block.kind, BlockKind::Nothing | BlockKind::Valid | BlockKind::Declined(_))
        })
    }

    /// Reads a page.
    pub fn parse(text: &str) -> Self {
        let mut page = Self::default();
        let mut lines = (1..).zip(text.lines());
        while let Some((line, fence)) = lines.next() {
            let Some(info) = fence.strip_prefix("```") else {
                continue;
            };
            let body = lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "```");
            let text = body.flat_map(|line| [line, "\n"]).collect();
            match read_info(info) {
                Ok(Some((language, kind))) => {
                    page.blocks.push(Block { kind, language, text, line });
                }
                Ok(None) => {}
                Err(problem) => page.problems.push((line, problem)),
            }
        }
        page
    }
}

fn read_info(info: &str) -> Result<Option<(Language, BlockKind)>, String> {
    let mut words = info.split_whitespace();
    let language = match words.next() {
        Some("ts") => Language::TypeScript,
        Some("tsx") => Language::Tsx,
        Some("js") => Language::JavaScript,
        Some("jsx") => Language::Jsx,
        _ => return Ok(None),
    };
    let kind = match (words.next(), words.next()) {
        (Some("invalid"), None) => BlockKind::Invalid,
        (Some("nothing"), None) => BlockKind::Nothing,
        (Some("valid"), None) => BlockKind::Valid,
        (Some("report"), None) => BlockKind::Report,
        (Some("declined"), Some(condition)) => BlockKind::Declined(condition.to_owned()),
        (Some("before"), None) => BlockKind::Before,
        (Some("after"), None) => BlockKind::After,
        (Some("equivalent"), None) => BlockKind::Equivalent,
        (Some("bench" | "text"), _) => return Ok(None),
        _ => return Err(format!("unknown block `{info}`")),
    };
    Ok(Some((language, kind)))
}
