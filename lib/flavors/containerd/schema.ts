import { z } from 'zod';

/** `<account>.dkr.ecr.<region>.amazonaws.com[.cn]/<repository>:<tag>`, or with a digest. */
const ECR = /^\d{12}\.dkr\.ecr(?:-fips)?\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?\/./;
/** A registry's host, a repository, and a tag or digest: what containerd takes without guessing. */
const REFERENCE =
  /^[a-z0-9-]+(?:[.:][a-z0-9-]+)+(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)+(?::[\w][\w.-]{0,127}|@sha256:[0-9a-f]{64})$/;
const SHA256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits in lower case')
  .describe("The archive's SHA-256; a file with another one is refused");

const port = z.int().min(1).max(65_535).describe('A port that the image listens on');

const probe = z
  .strictObject({
    HTTP: z
      .strictObject({
        Port: port,
        Path: z
          .string()
          .regex(/^\/[\w./?&=%~+,:@-]{0,500}$/, 'must be a path such as "/healthz"')
          .prefault('/')
          .describe('Answers with a status from 200 to 399 when the image serves'),
      })
      .optional(),
    TCP: z.strictObject({ Port: port }).optional(),
  })
  .refine(({ HTTP, TCP }) => (HTTP === undefined) !== (TCP === undefined), 'must have either HTTP or TCP')
  .describe('Asked on the node itself, within three seconds; without it a running task is enough');

const archive = z
  .strictObject({
    URL: z
      .string()
      .regex(
        /^(?:https:\/\/[\w.:-]+\/|s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/)[\w./?&=%~+,:@-]{1,1500}$/,
        'must be an https or s3 address',
      )
      .describe("https, or s3: a bucket of the node's region, read with the node's role")
      .optional(),
    Path: z
      .string()
      .regex(/^\/[\w./+:@-]{1,500}$/, 'must be an absolute path without spaces')
      .describe('A file that is on the machine image already')
      .optional(),
    SHA256: SHA256.optional(),
  })
  .refine(({ URL, Path }) => (URL === undefined) !== (Path === undefined), 'must have either URL or Path')
  .refine(({ URL, SHA256: sum }) => URL === undefined || sum !== undefined, {
    error: 'is missing; what comes from a URL must have its SHA-256',
    path: ['SHA256'],
  })
  .describe('Where the image comes from when it is not ECR: what `docker save` writes, or an OCI archive');

/** What `containerd` takes. */
export const containerdSchema = z
  .strictObject({
    Image: z
      .string()
      .max(500)
      .regex(REFERENCE, 'must be a full name with host and tag or digest, such as "docker.io/library/web:7"')
      .describe('What runs, by its full name; pulled from ECR with the role of the node'),
    Archive: archive.optional(),
    Args: z
      .array(z.string().regex(/^[^\0]*$/, 'must have no NUL character'))
      .describe("Command and arguments in place of the image's own")
      .optional(),
    Env: z
      .record(
        z.string().regex(/^[A-Za-z_]\w*$/, 'must be a name of letters, digits and _'),
        z.string().regex(/^[^\0]*$/, 'must have no NUL character'),
      )
      .describe('Environment variables; readable on the node and in its user data, so never a secret')
      .optional(),
    Memory: z.int().min(6).max(16_777_216).describe('Most memory of the task, in MiB').optional(),
    Network: z
      .literal('host')
      .describe("The node's own network; containerd by itself has no other to offer")
      .optional(),
    Probe: probe.optional(),
  })
  .refine(({ Image, Archive }) => Archive !== undefined || ECR.test(Image), {
    error: 'must be in ECR (<account>.dkr.ecr.<region>.amazonaws.com/…), or come from an Archive',
    path: ['Image'],
  })
  .describe('Instances that run one OCI image with containerd and runC');

export type ContainerdProperties = z.infer<typeof containerdSchema>;
