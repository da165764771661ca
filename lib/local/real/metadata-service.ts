import { randomBytes } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { LOCAL_ACCOUNT, LOCAL_REGION, nameOf } from '../place.js';

/** Keys of an instance's role, its own. */
export interface RoleKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

export const newRoleKeys = (): RoleKeys => ({
  accessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
  secretAccessKey: randomBytes(30).toString('base64url'),
  sessionToken: randomBytes(120).toString('base64url'),
});

/** What the service tells an instance of itself. */
export interface Described {
  readonly id: string;
  readonly privateIp: string;
  readonly zone: string;
  readonly imageId: string;
  readonly instanceType: string;
  /** Name or ARN; without one an instance has no keys. */
  readonly instanceProfile?: string;
  /** Base64. */
  readonly userData?: string;
  readonly keys: RoleKeys;
}

const LONGEST_SECONDS = 21_600;
const KEYS_LAST_MS = 6 * 3_600_000;

/**
 * The instance metadata service, version 2 alone (`HttpTokens: required`): a token first, bound to the instance. The
 * caller is known by its address. EC2 User Guide, "Instance metadata categories".
 */
export function metadataService(instanceAt: (address: string) => Described | undefined): RequestListener {
  const tokens = new Map<string, { readonly address: string; readonly endsAt: number }>();
  return (request, response) => {
    const address = addressOf(request);
    const instance = instanceAt(address);
    const path = (request.url ?? '').replace(/\/+$/, '');
    if (instance === undefined) return answer(response, 404);
    if (request.method === 'PUT' && path === '/latest/api/token') {
      const seconds = Number(request.headers['x-aws-ec2-metadata-token-ttl-seconds']);
      if (!Number.isInteger(seconds) || seconds < 1 || seconds > LONGEST_SECONDS)
        return answer(response, 400);
      const token = randomBytes(40).toString('base64url');
      tokens.set(token, { address, endsAt: Date.now() + seconds * 1000 });
      response.setHeader('x-aws-ec2-metadata-token-ttl-seconds', String(seconds));
      return answer(response, 200, token);
    }
    if (request.method !== 'GET') return answer(response, 405);
    const token = tokens.get(String(request.headers['x-aws-ec2-metadata-token']));
    if (token === undefined || token.address !== address || token.endsAt < Date.now()) {
      return answer(response, 401);
    }
    if (path === '/latest/user-data') {
      return instance.userData === undefined
        ? answer(response, 404)
        : answer(response, 200, Buffer.from(instance.userData, 'base64'));
    }
    const value = lookUp(categoriesOf(instance), path);
    return value === undefined ? answer(response, 404) : answer(response, 200, value);
  };
}

/** A list of what is below, when there is no such value but there are longer ones. */
const lookUp = (categories: Readonly<Record<string, string>>, path: string): string | undefined => {
  const [, wanted] = /^\/latest\/meta-data(?:\/(.*))?$/.exec(path) ?? [];
  if (!/^\/latest\/meta-data/.test(path)) return undefined;
  const value = categories[wanted ?? ''];
  if (value !== undefined) return value;
  const prefix = wanted === undefined ? '' : `${wanted}/`;
  const below = Object.keys(categories)
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length).replace(/\/.*/, '/'));
  return below.length === 0 ? undefined : [...new Set(below)].join('\n');
};

const categoriesOf = (instance: Described): Readonly<Record<string, string>> => {
  const { id, privateIp, zone, imageId, instanceType, instanceProfile, keys } = instance;
  const host = hostNameOf(privateIp);
  const role = instanceProfile === undefined ? undefined : roleNameOf(instanceProfile);
  return {
    'ami-id': imageId,
    hostname: `${host}.${LOCAL_REGION}.compute.internal`,
    'instance-id': id,
    'instance-type': instanceType,
    'local-hostname': `${host}.${LOCAL_REGION}.compute.internal`,
    'local-ipv4': privateIp,
    'placement/availability-zone': zone,
    'placement/region': LOCAL_REGION,
    'services/domain': 'amazonaws.com',
    'services/partition': 'aws',
    ...(role === undefined
      ? {}
      : {
          'iam/info': JSON.stringify({
            Code: 'Success',
            InstanceProfileArn: `arn:aws:iam::${LOCAL_ACCOUNT}:instance-profile/${role}`,
          }),
          [`iam/security-credentials/${role}`]: JSON.stringify(
            {
              Code: 'Success',
              LastUpdated: new Date().toISOString(),
              Type: 'AWS-HMAC',
              AccessKeyId: keys.accessKeyId,
              SecretAccessKey: keys.secretAccessKey,
              Token: keys.sessionToken,
              Expiration: new Date(Date.now() + KEYS_LAST_MS).toISOString(),
            },
            undefined,
            2,
          ),
        }),
  };
};

/** EC2's private names: `ip-10-0-1-20`. */
export const hostNameOf = (privateIp: string): string => `ip-${privateIp.replaceAll('.', '-')}`;

/** Of a profile's name or ARN, without its path. */
export const roleNameOf = (profile: string): string => nameOf(profile).replace(/^.*\//, '');

export const addressOf = (request: IncomingMessage): string =>
  (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '');

const answer = (response: ServerResponse, status: number, body: string | Buffer = ''): void => {
  response.writeHead(status, { 'content-type': 'text/plain' });
  response.end(body);
};
