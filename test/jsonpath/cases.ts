/** Templates, data and what kubectl 1.36.3 prints for them; every line was run through kubectl's own engine. */
export interface Case {
  readonly template: string;
  readonly data: unknown;
  readonly text: string;
  /** kubectl's --allow-missing-template-keys; true unless it says otherwise. */
  readonly strict?: boolean;
}

/** A template that fails while it is evaluated, and how. */
export interface Failing {
  readonly template: string;
  readonly data: unknown;
  readonly problem: string;
  readonly strict?: boolean;
}

export const nodes = {
  kind: 'List',
  items: [
    {
      kind: 'None',
      metadata: { name: '127.0.0.1', labels: { 'kubernetes.io/hostname': '127.0.0.1' } },
      status: { capacity: { cpu: '4' }, ready: true, addresses: [{ type: 'LegacyHostIP', address: '127.0.0.1' }] },
    },
    {
      kind: 'None',
      metadata: { name: '127.0.0.2', labels: { 'kubernetes.io/hostname': '127.0.0.2' } },
      status: {
        capacity: { cpu: '8' },
        ready: false,
        addresses: [
          { type: 'LegacyHostIP', address: '127.0.0.2' },
          { type: 'another', address: '127.0.0.3' },
        ],
      },
    },
  ],
  users: [
    { name: 'myself', user: {} },
    { name: 'e2e', user: { username: 'admin', password: 'secret' } },
  ],
};

const pods = {
  items: [
    {
      metadata: { name: 'pod1', annotations: { color: 'blue' } },
      spec: {
        containers: [
          { name: 'foo', ports: [{ name: 'a' }, { name: 'b' }] },
          { name: 'bar', ports: [] },
        ],
      },
      status: { phase: 'Running' },
    },
    {
      metadata: { name: 'pod2' },
      spec: { containers: [{ name: 'baz', ports: [{ name: 'c' }] }] },
      status: { phase: 'Running' },
    },
    { resourceVersion: '' },
  ],
};

const four = {
  list: ['a', 'b', 'c', 'd'],
  numbers: [1, 2.5, -3, 0],
  bools: [true, false],
  none: null,
  empty: [],
  m: {},
};
const values = {
  html: { s: '<a>&"b"' },
  text: '<a>&"b"',
  floats: [123456789.5, 0.00001, 8.95, 100000.5, 1e21],
  n: null,
  deep: { b: [1, { z: 1, a: [] }], a: {} },
};

export const cases: readonly Case[] = [
  // https://kubernetes.io/docs/reference/kubectl/jsonpath/
  { template: 'kind is {.kind}', data: nodes, text: 'kind is List' },
  { template: "{.kind} {['kind']}", data: nodes, text: 'List List' },
  { template: '{@.kind}{$.kind}', data: nodes, text: 'ListList' },
  { template: '{@}', data: { b: 1, a: 'x' }, text: '{"a":"x","b":1}' },
  { template: '{.}', data: { b: 1 }, text: '' },
  { template: '{.items[*].metadata.name}', data: nodes, text: '127.0.0.1 127.0.0.2' },
  { template: '{.users[0].name}', data: nodes, text: 'myself' },
  {
    template: "{.items[*]['metadata.name', 'status.capacity']}",
    data: nodes,
    text: '127.0.0.1 127.0.0.2 {"cpu":"4"} {"cpu":"8"}',
  },
  { template: '{.users[?(@.name=="e2e")].user.password}', data: nodes, text: 'secret' },
  { template: "{.users[?(@.name=='e2e')].user.password}", data: nodes, text: 'secret' },
  {
    template: '{range .items[*]}[{.metadata.name}, {.status.capacity}] {end}',
    data: nodes,
    text: '[127.0.0.1, {"cpu":"4"}] [127.0.0.2, {"cpu":"8"}] ',
  },
  { template: '{range .items[*]}{.metadata.name}{"\\t"}{end}', data: nodes, text: '127.0.0.1\t127.0.0.2\t' },
  { template: '{.items[0].metadata.labels.kubernetes\\.io/hostname}', data: nodes, text: '127.0.0.1' },
  { template: "{.items[0].metadata.labels['kubernetes\\.io/hostname']}", data: nodes, text: '127.0.0.1' },
  { template: '{.items[?(@.metadata.labels.kubernetes\\.io/hostname=="127.0.0.1")].kind}', data: nodes, text: 'None' },
  { template: '{.items[?(@..ready==true)].metadata.name}', data: nodes, text: '127.0.0.1' },
  { template: '{.items[?(@.status.ready!=true)].metadata.name}', data: nodes, text: '127.0.0.2' },
  { template: '{..address}', data: nodes, text: '127.0.0.1 127.0.0.2 127.0.0.3' },
  { template: '{...address}', data: nodes, text: '127.0.0.1 127.0.0.2 127.0.0.3' },
  { template: '{.items[*].status.addresses[*].address}', data: nodes, text: '127.0.0.1 127.0.0.2 127.0.0.3' },
  {
    template: '{range .items[*]}{range .status.addresses[*]}{.address}, {end}{end}',
    data: nodes,
    text: '127.0.0.1, 127.0.0.2, 127.0.0.3, ',
  },
  { template: '{range .items[*]}{.metadata.name}, {end}{.kind}', data: nodes, text: '127.0.0.1, 127.0.0.2, List' },
  // Text, literals, escapes.
  { template: 'hello {"{"} }', data: null, text: 'hello { }' },
  { template: '', data: nodes, text: '' },
  { template: '{}', data: { a: 1 }, text: '{"a":1}' },
  { template: '{\'it\\\'s\'} {"a\\n\\"b\\""}', data: 1, text: 'it\'s a\n"b"' },
  { template: '{"\\u00e4\\x41\\101\\xc3\\xa4"}', data: 1, text: 'äAAä' },
  { template: '{1} {-2} {+3} {1.50} {true} {false}', data: 'x', text: '1 -2 3 1.5 true false' },
  { template: '{ .kind }', data: nodes, text: 'List' },
  { template: '{.users [0] .name}', data: nodes, text: 'myself' },
  { template: '{.a\\ b}', data: { 'a b': 1 }, text: '1' },
  { template: '{.web/html}{.k8s-app}', data: { 'web/html': 15, 'k8s-app': 20 }, text: '1520' },
  // Lists.
  ...[
    '[0]',
    '[-1]',
    '[-4]',
    '[0:2]',
    '[:2]',
    '[1:]',
    '[-2:]',
    '[0:-1]',
    '[::2]',
    '[1::2]',
    '[:4:2]',
    '[0:4:3]',
    '[1:3:9]',
    '[0:0]',
    '[4:4]',
    '[]',
    '[*]',
    '[:]',
    '[0,2]',
    '[-1, 0]',
    '[0:2,3]',
  ].map((index, at) => ({
    template: `{.list${index}}`,
    data: four,
    text: [
      'a',
      'd',
      'a',
      'a b',
      'a b',
      'b c d',
      'c d',
      'a b c',
      'a c',
      'b d',
      'a c',
      'a d',
      'b',
      '',
      '',
      'a',
      'a b c d',
      'a b c d',
      'a c',
      'd a',
      'a b d',
    ][at]!,
  })),
  { template: '{.list}', data: four, text: '["a","b","c","d"]' },
  { template: '{.empty[*]}{.empty}{.m}', data: four, text: '[]{}' },
  { template: '{.none}{.none.x}{.none[0]}{.none[*]}', data: four, text: 'null' },
  { template: '{.missing.deeper}', data: four, text: '' },
  { template: '{.bools} {.bools[*]}', data: four, text: '[true,false] true false' },
  { template: '{.numbers[?(@>1)]}', data: { numbers: [1, 2, 3] }, text: '2 3' },
  { template: '{[?(@<=2)]}', data: [1, 2, 3], text: '1 2' },
  { template: '{[?(@>=2)]}', data: [1, 2, 3], text: '2 3' },
  { template: '{[?(@=="b")]}', data: ['a', 'b'], text: 'b' },
  { template: '{[?(@<"b")]}', data: ['a', 'b'], text: 'a' },
  { template: '{[?(@.x>2.5)].n}', data: [{ x: 2.1 }, { x: 2.75, n: 'y' }], text: 'y' },
  { template: '{[?(@.z)].id}', data: [{ id: 'i1' }, { id: 'i2', z: 1 }, { id: 'i3', z: null }], text: 'i2 i3' },
  { template: '{[?(@.a==")")].a}', data: [{ a: ')' }, { a: '(' }], text: ')' },
  { template: '{[?(@.a=="}")].a}', data: [{ a: '}' }], text: '}' },
  { template: '{[?(2==@)]}', data: [1, 2], text: '2' },
  // kubectl: an error inside a filter for existence still finds what was in hand.
  { template: '{[?(@.a[5])].n}', data: [{ a: [1], n: 'x' }, { n: 'y' }], text: 'x' },
  // kubectl: an empty slice ends the step, later lists are not looked at.
  { template: '{[*].a[*]}', data: [{ a: [1] }, { a: [] }, { a: [2] }], text: '1' },
  // Maps: wildcards and descent.
  { template: '{.*}', data: { a: 1 }, text: '1' },
  { template: '{.m.*.x}', data: { m: { a: { x: 'y' } } }, text: 'y' },
  { template: '{..}', data: [1, 2, 3], text: '[1,2,3]' },
  { template: '{..}', data: { a: { b: 'x', c: 1 } }, text: '{"a":{"b":"x","c":1}} {"b":"x","c":1} x' },
  { template: '{.text.*}', data: { text: 'hi' }, text: '104 105' },
  { template: '{..list[1]}', data: four, text: 'b' },
  // Printing.
  { template: '{.html}', data: values, text: '{"s":"\\u003ca\\u003e\\u0026\\"b\\""}' },
  { template: '{.text}', data: values, text: '<a>&"b"' },
  { template: '{.floats}', data: values, text: '[123456789.5,0.00001,8.95,100000.5,1e+21]' },
  { template: '{.floats[*]}', data: values, text: '1.234567895e+08 1e-05 8.95 100000.5 1e+21' },
  { template: '{.n}', data: values, text: 'null' },
  { template: '{.deep}', data: values, text: '{"a":{},"b":[1,{"a":[],"z":1}]}' },
  // Ranges.
  {
    template: '{range .items[*]}{.metadata.name}{":"}{range @.spec.containers[*]}{.name}{","}{end}{"+"}{end}',
    data: { items: pods.items.slice(0, 2) },
    text: 'pod1:foo,bar,+pod2:baz,+',
  },
  {
    template:
      '{range .items[*]}{.metadata.name}{"~"}{range @.spec.containers[*]}{.name}{":"}{range @.ports[*]}{.name}{","}{end}{"+"}{end}{"#"}{end}',
    data: { items: pods.items.slice(0, 2) },
    text: 'pod1~foo:a,b,+bar:+#pod2~baz:c,+#',
  },
  {
    template: '{range .items[?(.status.phase=="Running")]}{.metadata.name}{" is Running\\n"}{end}',
    data: pods,
    text: 'pod1 is Running\npod2 is Running\n',
  },
  { template: '{.items[?(@.metadata.annotations.color=="blue")].metadata.name}', data: pods, text: 'pod1' },
  { template: '{range .items[*]}{.metadata.name}{end}', data: { items: [] }, text: '' },
  { template: '{range .items[*]}{.a}{range @.b[*]}{.c}{end}{"+"}{end}done', data: { items: [] }, text: 'done' },
  { template: '{range .list[*]}{@}{"\\n"}{end}', data: four, text: 'a\nb\nc\nd\n' },
  { template: '{range [*]}{@};{end}', data: [1, null, 'x'], text: '1;<no value>;x;' },
  // A range without an end: what follows it runs once more on the outer object.
  { template: '{range .list[*]}{@}-', data: { list: [1, 2] }, text: '1-2-{"list":[1,2]}-' },
];

export const failing: readonly Failing[] = [
  { template: '{.hello}', data: {}, problem: 'hello is not found', strict: true },
  { template: '{.n.x}', data: { n: null }, problem: 'x is not found', strict: true },
  { template: '{hello}', data: {}, problem: 'unrecognized identifier hello' },
  { template: '{.m[0]}', data: { m: {} }, problem: 'map[string]interface {} is not array or slice' },
  { template: '{.s[0]}', data: { s: 'x' }, problem: 'string is not array or slice' },
  {
    template: '{.s[?(@.x)]}',
    data: { s: { b: [1, null], a: 'x' } },
    problem: 'map[a:x b:[1 <nil>]] is not array or slice and cannot be filtered',
  },
  { template: '{.list[5]}', data: four, problem: 'array index out of bounds: index 5, length 4' },
  { template: '{.list[0:7]}', data: four, problem: 'array index out of bounds: index 6, length 4' },
  { template: '{.list[-5]}', data: four, problem: 'array index out of bounds: index -1, length 4' },
  { template: '{.list[3:1]}', data: four, problem: 'starting index 3 is greater than ending index 1' },
  { template: '{.list[0:4:0]}', data: four, problem: 'step must be > 0' },
  { template: '{.list[0:4:-1]}', data: four, problem: 'step must be > 0' },
  { template: '{.empty[0]}', data: four, problem: 'array index out of bounds: index 0, length 0' },
  { template: '{[?(@.x<>10)]}', data: [{ x: 1 }], problem: 'unrecognized filter operator <>' },
  { template: '{[?(@.x=="a")]}', data: [{ x: 1 }], problem: 'incompatible types for comparison' },
  { template: '{[?(@.x<true)]}', data: [{ x: true }], problem: 'invalid type for comparison' },
  { template: '{[?(@.x=="a")]}', data: [{ x: null }], problem: 'invalid type for comparison' },
  { template: '{[?(@.x[*]=="a")]}', data: [{ x: ['a', 'b'] }], problem: 'can only compare one element at a time' },
  { template: '{end}', data: {}, problem: 'not in range, nothing to end' },
  { template: '{range .list[*]}{@}{end}{end}', data: four, problem: 'not in range, nothing to end' },
];

export const unparsable: Readonly<Record<string, string>> = {
  '{.x': 'unclosed action',
  '{': 'unclosed action',
  'text {.x\n}': 'unclosed action',
  '{.a..b..': 'unclosed action',
  '{....a}': 'invalid multiple recursive descent',
  '{.a[}': 'unterminated array',
  '{.a[0\n]}': 'unterminated array',
  '{.a[b]}': 'invalid array index b',
  '{.a["b"]}': 'invalid array index "b"',
  '{.a[0:1:2:3]}': 'invalid array index 0:1:2:3',
  '{.a[-]}': 'array index - is not a number',
  '{.a[99999999999999999999]}': 'array index 99999999999999999999 is not a number',
  '{.a[?(@.b==1}': 'unterminated filter',
  '{.a[?(@.b==1)}': 'unclosed array expect ]',
  '{"x}': 'unterminated quoted string',
  "{'x\n'}": 'unterminated quoted string',
  '{"\\q"}': 'unquote string "\\q" error invalid syntax',
  '{1.2.3}': 'cannot parse number 1.2.3',
  '{-}': 'cannot parse number -',
  '{#}': "unrecognized character in action: U+0023 '#'",
  '{\t.a}': 'unrecognized character in action: U+0009',
  '{.a,.b}': "unrecognized character in action: U+002C ','",
};
