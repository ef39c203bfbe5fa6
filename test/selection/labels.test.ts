import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { matchesLabels, parseLabelSelector } from '../../src/selection/labels.ts';

const labels = { app: 'web', tier: 'front', 'example.com/team': 'a', empty: '', size: '12', in: 'x' };

describe('selectors', () => {
  test.each<[string, boolean, string]>([
    ['', true, ''],
    ['  ', true, ''],
    ['app=web', true, 'app=web'],
    ['app==web', true, 'app==web'],
    [' app = web ', true, 'app=web'],
    ['app=api', false, 'app=api'],
    ['app!=web', false, 'app!=web'],
    ['missing!=x', true, 'missing!=x'],
    ['app', true, 'app'],
    ['missing', false, 'missing'],
    ['!app', false, '!app'],
    ['! missing', true, '!missing'],
    ['app in (api,web)', true, 'app in (api,web)'],
    ['app in (web,api,web)', true, 'app in (api,web)'],
    ['app in(web)', true, 'app in (web)'],
    ['app notin (web)', false, 'app notin (web)'],
    ['missing notin (web)', true, 'missing notin (web)'],
    ['app in (api)', false, 'app in (api)'],
    ['empty=', true, 'empty='],
    ['empty in ()', true, 'empty in ()'],
    ['app in (,x)', false, 'app in (,x)'],
    ['empty in (x,)', true, 'empty in (,x)'],
    ['app=,tier', false, 'app=,tier'],
    ['tier,app=web', true, 'app=web,tier'],
    ['app=web,tier!=front', false, 'app=web,tier!=front'],
    ['example.com/team=a', true, 'example.com/team=a'],
    ['size>5', true, 'size>5'],
    ['size<5', false, 'size<5'],
    ['size>12', false, 'size>12'],
    ['app>5', false, 'app>5'],
    ['missing<5', false, 'missing<5'],
    ['in in (x)', true, 'in in (x)'],
    ['app in (in,notin)', false, 'app in (in,notin)'],
    ['toString', false, 'toString'],
  ])('%j', (text, matches, same) => {
    const selector = parseLabelSelector(text);
    expect(matchesLabels(selector, labels)).toBe(matches);
    expect(parseLabelSelector(same)).toEqual(selector);
  });
});

const name =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const value =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const prefix =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

describe('errors in the words of kubectl', () => {
  test.each([
    ['a b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    ['a=b c', "found 'c', expected: ',' or 'end of string'"],
    ['a=b,', "found '', expected: identifier after ','"],
    [',a', "found ',', expected: !, identifier, or 'end of string'"],
    ['=a', "found '=', expected: !, identifier, or 'end of string'"],
    ['!', "unable to parse requirement: found '', expected: identifier"],
    ['!a=b', "found '=', expected: ',' or 'end of string'"],
    ['a in b', "unable to parse requirement: found 'b' expected: '('"],
    ['a in', "unable to parse requirement: found '' expected: '('"],
    ['a in (', "unable to parse requirement: found '', expected: ',', ')' or identifier"],
    ['a in (b', "unable to parse requirement: found '', expected: ',' or ')'"],
    ['a in (b,=', "unable to parse requirement: found '=', expected: ',', or identifier"],
    ['a==(', "unable to parse requirement: found '(', expected: identifier"],
    [
      'a>b',
      "unable to parse requirement: values[0]: Invalid value: \"b\": for 'Gt', 'Lt' operators, the value must be an integer",
    ],
    ['-a=b', `unable to parse requirement: <nil>: Invalid value: "-a": name part ${name}`],
    ['a/=b', `unable to parse requirement: <nil>: Invalid value: "a/": name part must be non-empty; name part ${name}`],
    ['/a=b', 'unable to parse requirement: <nil>: Invalid value: "/a": prefix part must be non-empty'],
    ['A/b=c', `unable to parse requirement: <nil>: Invalid value: "A/b": prefix part ${prefix}`],
    [
      'a/b/c',
      `unable to parse requirement: <nil>: Invalid value: "a/b/c": a valid label key ${name} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ],
    [
      `${'x'.repeat(64)}=b`,
      `unable to parse requirement: <nil>: Invalid value: "${'x'.repeat(64)}": name part must be no more than 63 bytes`,
    ],
    ['a=-b', `unable to parse requirement: values[0][a]: Invalid value: "-b": ${value}`],
    [
      'a in (-b,_)',
      `unable to parse requirement: [values[0][a]: Invalid value: "-b": ${value}, values[1][a]: Invalid value: "_": ${value}]`,
    ],
  ])('%j', (text, problem) => {
    const parse = () => parseLabelSelector(text);
    expect(parse).toThrow(new UsageError(`the provided selector ${JSON.stringify(text)} is not valid: ${problem}`));
  });

  test('the flag is named where it is known', () => {
    expect(() => parseLabelSelector('a b', '--cluster-selector')).toThrow(
      'the selector of --cluster-selector "a b" is not valid: ',
    );
  });
});
