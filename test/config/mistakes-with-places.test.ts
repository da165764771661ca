import { describe, expect, it } from 'vitest';
import { issuesOf, KNOWN_FLAVORS } from './group-text.js';

describe('a document with mistakes', () => {
  it('tells ten different mistakes in two groups at once, each with its place', () => {
    const text = `{
  "groups": {
    "web": {
      "Properties": {
        "Alocation": { "Size": 3 },
        "Instance": {
          "Plugin": "aws/ec2-instance",
          "Properties": {
            "RunInstancesInput": { "ImageID": "ami-0abc", "MinCount": 2 },
            "Tags": { "infrakit.group": "web" }
          }
        },
        "Flavor": { "Plugin": "swram" },
        "Updating": { "Duration": 30 }
      }
    },
    "db": {
      "Properties": {
        "Allocation": { "LogicalIDs": ["10.0.1.20", "10.0.1.20"] },
        "Instance": { "Plugin": "instance-vagrant", "Properties": {} },
        "Flavor": { "Plugin": "vanilla", "Properties": { "InitScriptTemplateURL": "file:///init" } },
        "Updating": { "MaxSurge": "20%" }
      }
    }
  }
}`;
    expect(issuesOf(text)).toEqual([
      'f:14:35 groups.web.Properties.Updating.Duration: must be a duration such as "90s", "10m" or "1h30m"; write "30s", not 30',
      'f:5:9 groups.web.Properties.Alocation: unknown key "Alocation"; did you mean "Allocation"?',
      `f:13:31 groups.web.Properties.Flavor.Plugin: Failed to find Flavor plugin 'swram':no flavor plugin "swram"; ${KNOWN_FLAVORS}`,
      'f:9:71 groups.web.Properties.Instance.Properties.RunInstancesInput.MinCount: cannot be set: Allocation says how many',
      'f:9:36 groups.web.Properties.Instance.Properties.RunInstancesInput.ImageID: unknown key "ImageID"; did you mean "ImageId"?',
      'f:10:41 groups.web.Properties.Instance.Properties.Tags["infrakit.group"]: tag "infrakit.group" is written by Holdfast; remove it',
      'f:19:53 groups.db.Properties.Allocation.LogicalIDs[1]: LogicalID "10.0.1.20" specified more than once',
      'f:22:35 groups.db.Properties.Updating.MaxSurge: must be 0 for a group with LogicalIDs: no identity can run twice',
      'f:21:83 groups.db.Properties.Flavor.Properties.InitScriptTemplateURL: is not fetched: put the lines of the script in Init',
      'f:20:33 groups.db.Properties.Instance.Plugin: Failed to find Instance plugin \'instance-vagrant\':no instance plugin "instance-vagrant"; known: aws/ec2-instance',
    ]);
  });

  it.each([
    ['', ['f:1:1 is empty; it names no group']],
    ['# nothing\n---\n', ['f:1:1 is empty; it names no group']],
    ['{"groups": {}}', ['f:1:12 groups: names no group']],
    ['{"groups": []}', ['f:1:12 groups: must be an object, not an empty list']],
    ['{"group": {}}', ['f:1:2 group: unknown key "group"; did you mean "groups"?']],
    ['[{"Plugin": "stack", "Properties": {}}]', ['f:1:13 [0].Plugin: must be "group", not "stack"']],
    [
      '{"kind": "group", "metadata": {"name": "a", "tags": {}}, "properties": 1, "depends": []}',
      [
        'f:1:86 depends: groups do not depend on each other; remove it',
        'f:1:45 metadata.tags: unknown key "tags"; known: name',
        'f:1:72 properties: Invalid properties: must be an object, not 1',
      ],
    ],
    [
      '{"ID": "", "Properties": []}',
      [
        'f:1:8 ID: Group ID must not be blank',
        'f:1:26 Properties: Invalid properties: must be an object, not an empty list',
      ],
    ],
    [
      '{"Properties": null}',
      [
        'f:1:1 ID: Group ID must not be blank',
        'f:1:16 Properties: Invalid properties: must be an object, not null',
      ],
    ],
    [
      'a: &x [*x]',
      [
        'f:1:8 a[0]: the alias "x" holds itself',
        'f:1:1 a: unknown key "a"; known: groups, ID, Properties, kind, $schema',
      ],
    ],
    ['a: *x', ['f:1:4 a: no anchor "x" stands before this alias']],
    ['1: x', ['f:1:1 keys must be text; put this key in quotes']],
    [
      '{"ID": "a", "ID": "b"}',
      [
        'f:1:13 ID: duplicate key "ID"; keep one of them',
        'f:1:1 Properties: Invalid properties: must be an object, not missing',
      ],
    ],
  ])('refuses %j', (text, issues) => {
    expect(issuesOf(text)).toEqual(issues);
  });
});
