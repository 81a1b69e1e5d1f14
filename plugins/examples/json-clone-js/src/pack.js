// The rule pack json-clone-js: deep copies by way of text.
import { spans } from './snapshot.js';

const PATTERN = 'JSON.parse(JSON.stringify(';

export const guest = {
  describe() {
    return {
      id: 'json-clone-js',
      version: '0.1.0',
      license: 'MIT',
      description: 'Deep copies by way of text.',
      optionsSchema: undefined,
      rules: [{
        id: 'json-clone',
        version: '0.1.0',
        title: 'deep copy by way of text',
        why: 'The value is written as text and read again; structuredClone copies it directly.',
        applicability: 'report-only',
        languages: [],
        paths: [],
        literals: [PATTERN],
        kinds: ['call_expression'],
        risk: 0,
        typicalSpeedup: 1.5,
        needsBindings: false,
        conditions: [],
      }],
    };
  },

  configure() {},

  scan(file) {
    const findings = [];
    for (const { span, text } of spans(file, 'call_expression')) {
      if (text.startsWith(PATTERN)) {
        findings.push({
          rule: 'json-clone',
          span,
          message: 'the value is copied by way of text',
          declined: undefined,
        });
      }
    }
    return findings;
  },

  propose() {
    return undefined;
  },
};
