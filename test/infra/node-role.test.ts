import { Stack, Validations } from 'aws-cdk-lib';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import { Key } from 'aws-cdk-lib/aws-kms';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import type { ClusterRole } from '../../lib/infra/cluster-statements.js';
import { NodeRole } from '../../lib/infra/node-role.js';
import { nodePolicy, nodeStatements } from '../support/iam/node-policy.js';
import { judge } from '../support/iam/policy.js';
import { appLikeOurs } from '../support/synthesized.js';

const nodeOf = (role: ClusterRole, stackTag = 'prod', name = 'shop') =>
  nodePolicy({ controlPlane: { stackTag }, name, role });

const SHOP = '/holdfast/prod/shop';
const read = (name: string) => ['GetParameter', { Name: `${SHOP}/${name}` }] as const;
const put = (name: string) => ['PutParameter', { Name: `${SHOP}/${name}` }] as const;
const list = (path: string) => ['GetParametersByPath', { Path: path }] as const;
const remove = (name: string) => ['DeleteParameter', { Name: `${SHOP}/${name}` }] as const;

const WORKER = [read('cluster'), read('worker-token'), read('managers/i-1'), list(`${SHOP}/managers`)];
const TOKENS = [read('manager-token'), put('manager-token'), put('worker-token')];
const MANAGER = [
  ...WORKER,
  ...TOKENS,
  read('first'),
  list(SHOP),
  put('first'),
  put('cluster'),
  put('managers/i-1'),
  remove('managers/i-1'),
];
const MEMBER = [
  read('first'),
  read('cluster'),
  read('manager-token'),
  put('manager-token'),
  read('ids/1'),
  list(`${SHOP}/ids`),
  put('first'),
  put('cluster'),
  put('ids/1'),
];
const NOBODYS = [
  put('ca'),
  remove('first'),
  remove('worker-token'),
  list('/'),
  list('/holdfast/prod'),
  ['GetParameter', { Name: '/holdfast/prod/shop-2/worker-token' }],
  ['GetParameter', { Name: '/holdfast/prod-2/shop/worker-token' }],
  ['GetParameter', { Name: '/holdfast/prod/payments/managers/i-1' }],
  ['PutParameter', { Name: '/holdfast/prod/payments/first' }],
  ['GetParameter', { Name: '/payroll/password' }],
  ['DeleteParameters', { Names: [`${SHOP}/first`] }],
] as const;
const ALL = [...MANAGER, ...MEMBER, ...NOBODYS];

describe('a node role of a cluster', () => {
  it.each([
    ['worker', WORKER],
    ['manager', [...MANAGER, read('ids/1'), list(`${SHOP}/ids`)]],
    ['member', MEMBER],
  ] as const)('lets a %s do what it has to, and nothing else', (role, allowed) => {
    const may = nodeOf(role);
    const texts = new Set(allowed.map((it) => JSON.stringify(it)));
    for (const [operation, input] of ALL) {
      const what = JSON.stringify([operation, input]);
      expect(may(operation, input), `${role} ${what}`).toBe(texts.has(what));
    }
  });

  it('denies a worker the token of managers, however it asks', () => {
    const worker = nodeOf('worker');
    const Name = `${SHOP}/manager-token`;
    expect(worker('GetParameter', { Name })).toBe(false);
    expect(worker('GetParameters', { Names: [Name] })).toBe(false);
    expect(worker('GetParametersByPath', { Path: SHOP })).toBe(false);
    expect(worker('GetParametersByPath', { Path: Name })).toBe(false);
    expect(worker('PutParameter', { Name })).toBe(false);
  });

  it('knows a control plane with a path for a name', () => {
    const may = nodeOf('worker', 'Shop/Blue', 'web');
    expect(may('GetParameter', { Name: '/holdfast/Shop/Blue/web/worker-token' })).toBe(true);
    expect(may('GetParameter', { Name: '/holdfast/Shop/web/worker-token' })).toBe(false);
  });

  it.each(['*', 'a/b', '', 'a*'])('refuses a name that would open other clusters: "%s"', (name) => {
    expect(() => nodeOf('worker', 'prod', name)).toThrow('cannot name a cluster');
  });

  it('synthesizes without a finding of cdk-nag', () => {
    const app = appLikeOurs();
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    const stack = new Stack(app, 'Shop');
    for (const role of ['manager', 'worker', 'member'] as const) {
      new NodeRole(stack, role, {
        cluster: { controlPlane: { stackTag: 'Shop/Blue' }, name: 'shop', role },
        pullsImages: [Repository.fromRepositoryName(stack, `R${role}`, 'web')],
      });
    }
    app.synth();
  });
});

describe('a node role', () => {
  it('pulls images of the repositories that are named, and of no other', () => {
    const statements = nodeStatements((stack) => ({
      pullsImages: [
        Repository.fromRepositoryArn(stack, 'R', 'arn:aws:ecr:eu-west-1:111122223333:repository/web'),
      ],
    }));
    const may = (action: string, resource: string) =>
      judge(statements, { action, resource, context: {} }).decision === 'allowed';
    const repository = (name: string) => `arn:aws:ecr:eu-west-1:111122223333:repository/${name}`;
    expect(may('ecr:GetAuthorizationToken', '*')).toBe(true);
    expect(may('ecr:BatchGetImage', repository('web'))).toBe(true);
    expect(may('ecr:GetDownloadUrlForLayer', repository('web'))).toBe(true);
    expect(may('ecr:BatchGetImage', repository('payments'))).toBe(false);
    expect(may('ecr:PutImage', repository('web'))).toBe(false);
  });

  it('decrypts with a customer key by way of Parameter Store alone', () => {
    const arn = 'arn:aws:kms:eu-west-1:111122223333:key/k';
    const statements = nodeStatements((stack) => ({
      readsParameters: ['/shop/password'],
      parameterKey: Key.fromKeyArn(stack, 'K', arn),
    }));
    const may = (action: string, service: string) =>
      judge(statements, { action, resource: arn, context: { 'kms:ViaService': service } }).decision ===
      'allowed';
    expect(may('kms:Decrypt', 'ssm.eu-west-1.amazonaws.com')).toBe(true);
    expect(may('kms:Decrypt', 's3.eu-west-1.amazonaws.com')).toBe(false);
    expect(may('kms:Encrypt', 'ssm.eu-west-1.amazonaws.com')).toBe(false);
  });
});
