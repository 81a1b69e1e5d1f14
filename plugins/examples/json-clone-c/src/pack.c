/* The rule pack json-clone-c: deep copies by way of text. */
#include "selfopt_pack.h"

#define RULE TEXT("json-clone")
#define PATTERN TEXT("JSON.parse(JSON.stringify(")

static const text literals[] = {PATTERN};
static const text kinds[] = {TEXT("call_expression")};

static const rule_info rules[] = {{
    .id = RULE,
    .version = TEXT("0.1.0"),
    .title = TEXT("deep copy by way of text"),
    .why = TEXT("The value is written as text and read again; structuredClone copies it directly."),
    .applicability = REPORT_ONLY,
    .literals = LIST(literals),
    .kinds = LIST(kinds),
    .typical_speedup = 1.5,
}};

static const pack_info info = {
    .id = TEXT("json-clone-c"),
    .version = TEXT("0.1.0"),
    .license = TEXT("MIT"),
    .description = TEXT("Deep copies by way of text."),
    .rules = LIST(rules),
};

EXPORT("describe") const pack_info *describe(void) { return &info; }

EXPORT("configure") const configured *configure(const char *options, u32 len) {
  static const configured done = {0};
  (void)options, (void)len;
  return &done;
}

EXPORT("scan") const scanned *scan(const char *path, u32 path_len, u32 language,
                                   const char *source, u32 source_len, const void *snapshot,
                                   u32 snapshot_len, const text *wanted, u32 n_wanted) {
  static scanned answer;
  tree tree;
  (void)path, (void)path_len, (void)language, (void)wanted, (void)n_wanted;
  text all = {source, source_len};
  if (!read_tree((list){snapshot, snapshot_len}, &tree)) {
    answer.is_error = 1;
    answer.error = (pack_error){UNSUPPORTED, TEXT("the snapshot has another format")};
    return &answer;
  }
  u16 call = kind_of(&tree, TEXT("call_expression"));
  finding *found = take(0, 4);
  u32 n = 0;
  for (u32 i = 0; i < tree.len; i++) {
    const node *node = &tree.at[i];
    if (node->kind != call || !(node->flags & NAMED) || (node->flags & HAS_ERROR)) continue;
    if (!stands(all, node->span.start, PATTERN)) continue;
    finding *next = take(sizeof *next, 4);
    *next = (finding){.rule = RULE, .span = node->span,
                      .message = TEXT("the value is copied by way of text")};
    n++;
  }
  answer.findings = (list){found, n};
  return &answer;
}

/* Twenty words of arguments come as a pointer to them; this pack only reports. */
EXPORT("propose") const proposed *propose(const void *arguments) {
  static const proposed nothing = {0};
  (void)arguments;
  return &nothing;
}
