/* What a rule pack in C needs: the records of selfopt:rules@0.1.0 as the
 * component model lays them out, a little memory, and a reader of snapshots.
 * No standard library. Nothing is ever freed: an instance serves one file. */
#ifndef SELFOPT_PACK_H
#define SELFOPT_PACK_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;

typedef struct { const char *ptr; u32 len; } text;
typedef struct { const void *ptr; u32 len; } list;
typedef struct { u32 start, end; } span;

enum { TYPESCRIPT, TSX, JAVASCRIPT, JSX };
enum { SAFE, NEEDS_PROOF, REPORT_ONLY };
enum { BY_SYNTAX, BY_DECLARED_TYPE, BY_TESTS, BY_BENCHMARK };
enum { BAD_OPTIONS, UNSUPPORTED, INTERNAL };

typedef struct { text id, text; u8 met_by; } condition;

typedef struct {
  text id, version, title, why;
  u8 applicability;
  list languages, paths, literals, kinds; /* of u8, text, text, text */
  u8 risk;
  double typical_speedup;
  u8 needs_bindings;
  list conditions; /* of condition */
} rule_info;

typedef struct {
  text id, version, license, description;
  u8 has_options;
  text options_schema;
  list rules; /* of rule_info */
} pack_info;

typedef struct { text path; u32 language; text source; list snapshot; } source_file;

typedef struct { text condition, reason; span span; } declined_record;

typedef struct {
  text rule;
  span span;
  text message;
  u8 is_declined;
  declined_record declined;
} finding;

typedef struct { span span; text replacement; } edit;
typedef struct { text condition; u8 met_by; } obligation;
typedef struct { text title; list edits, obligations; } patch;

/* What the functions return: is_error, then the value or the error. */
typedef struct { u8 code; text message; } pack_error;
typedef struct { u8 is_error; pack_error error; } configured;
typedef struct { u8 is_error; union { list findings; pack_error error; }; } scanned;
typedef struct {
  u8 is_error;
  union { struct { u8 has_patch; patch patch; }; pack_error error; };
} proposed;

#define EXPORT(name) __attribute__((export_name("selfopt:rules/guest@0.1.0#" name)))
#define TEXT(literal) ((text){literal, sizeof(literal) - 1})
#define LIST(array) ((list){array, sizeof(array) / sizeof((array)[0])})

/* Memory from where the module's own ends, page by page. */
extern u8 __heap_base;
static u32 selfopt_next;

static void *take(u32 size, u32 align) {
  if (!selfopt_next) selfopt_next = (u32)&__heap_base;
  u32 at = (selfopt_next + align - 1) & -align;
  u32 end = at + size;
  u32 have = __builtin_wasm_memory_size(0) << 16;
  if (end > have) __builtin_wasm_memory_grow(0, ((end - have) >> 16) + 1);
  selfopt_next = end;
  return (void *)at;
}

/* How the host puts arguments into the module's memory. */
__attribute__((export_name("cabi_realloc"))) void *cabi_realloc(void *old, u32 old_size,
                                                                u32 align, u32 size) {
  u8 *new = take(size, align);
  for (u32 i = 0; i < old_size && i < size; i++) new[i] = ((u8 *)old)[i];
  return new;
}

static int same(text a, text b) {
  if (a.len != b.len) return 0;
  for (u32 i = 0; i < a.len; i++)
    if (a.ptr[i] != b.ptr[i]) return 0;
  return 1;
}

/* Whether `a` stands in `source` from `at` on. */
static int stands(text source, u32 at, text a) {
  return at + a.len <= source.len && same((text){source.ptr + at, a.len}, a);
}

/* A snapshot: the guide to rule packs has the format. */
typedef struct {
  u32 parent, subtree_end;
  span span;
  u16 kind;
  u8 field, flags;
} node;

typedef struct { const node *at; u32 len; const u32 *kinds; } tree;

enum { SECTION_KINDS, SECTION_FIELDS, SECTION_COVERAGE, SECTION_NODES };
enum { NAMED = 1, ERROR = 2, MISSING = 4, HAS_ERROR = 8 };

/* 0 when the bytes are no snapshot that this header reads. */
static int read_tree(list snapshot, tree *out) {
  const u32 *words = snapshot.ptr;
  if (snapshot.len < 48 || words[0] != 0x4e534f53 || words[1] != 1) return 0;
  const u32 *nodes = words + words[3 + SECTION_NODES] / 4;
  out->kinds = words + words[3 + SECTION_KINDS] / 4;
  out->len = nodes[0];
  out->at = (const node *)(nodes + 1);
  return 1;
}

/* The index of a named kind, or 0xffff. */
static u16 kind_of(const tree *tree, text name) {
  u32 n = tree->kinds[0];
  const char *names = (const char *)(tree->kinds + n + 2);
  for (u32 i = 0, start = 0; i < n; i++) {
    u32 end = tree->kinds[i + 1] & 0x7fffffff;
    int is_named = tree->kinds[i + 1] >> 31;
    if (is_named && same((text){names + start, end - start}, name)) return (u16)i;
    start = end;
  }
  return 0xffff;
}

#endif
