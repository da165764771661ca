import { z } from 'zod';

/** `<account>.dkr.ecr.<region>.amazonaws.com[.cn]/<repository>:<tag>`, or with a digest. */
const ECR = /^\d{12}\.dkr\.ecr(?:-fips)?\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?\/./;
/** A registry's host, a repository, and a tag or digest: what containerd takes without guessing. */
const REFERENCE =
  /^[a-z0-9-]+(?:[.:][a-z0-9-]+)+(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)+(?::[\w][\w.-]{0,127}|@sha256:[0-9a-f]{64})$/;
/** Of the empty file: in examples, where any would do. */
const SHA256_EXAMPLE = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const SHA256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits in lower case')
  .meta({
    description: "The archive's SHA-256; a file with another one is refused",
    absent: 'none: required with a URL',
    examples: [SHA256_EXAMPLE],
  });

const port = z
  .int()
  .min(1)
  .max(65_535)
  .meta({ description: 'A port that the image listens on', examples: [8080] });

const probe = z
  .strictObject({
    HTTP: z
      .strictObject({
        Port: port,
        Path: z
          .string()
          .regex(/^\/[\w./?&=%~+,:@-]{0,500}$/, 'must be a path such as "/healthz"')
          .prefault('/')
          .meta({
            description: 'Answers with a status from 200 to 399 when the image serves',
            examples: ['/healthz'],
          }),
      })
      .meta({
        description: 'Well is a status from 200 to 399; or TCP',
        examples: [{ Port: 8080, Path: '/healthz' }],
      })
      .optional(),
    TCP: z
      .strictObject({ Port: port })
      .meta({ description: 'Well is a connection; or HTTP', examples: [{ Port: 8080 }] })
      .optional(),
  })
  .refine(({ HTTP, TCP }) => (HTTP === undefined) !== (TCP === undefined), 'must have either HTTP or TCP')
  .meta({
    description: 'Asked on the node itself, within three seconds',
    absent: 'none: a running task is enough',
    examples: [{ HTTP: { Port: 8080, Path: '/healthz' } }],
  });

const archive = z
  .strictObject({
    URL: z
      .string()
      .regex(
        /^(?:https:\/\/[\w.:-]+\/|s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/)[\w./?&=%~+,:@-]{1,1500}$/,
        'must be an https or s3 address',
      )
      .meta({
        description: "https, or s3: a bucket of the node's region, read with the node's role; or Path",
        absent: 'none',
        examples: ['s3://shop-archives/api-7.tar'],
      })
      .optional(),
    Path: z
      .string()
      .regex(/^\/[\w./+:@-]{1,500}$/, 'must be an absolute path without spaces')
      .meta({
        description: 'A file that is on the machine image already; or URL',
        absent: 'none',
        examples: ['/opt/images/api.tar'],
      })
      .optional(),
    SHA256: SHA256.optional(),
  })
  .refine(({ URL, Path }) => (URL === undefined) !== (Path === undefined), 'must have either URL or Path')
  .refine(({ URL, SHA256: sum }) => URL === undefined || sum !== undefined, {
    error: 'is missing; what comes from a URL must have its SHA-256',
    path: ['SHA256'],
  })
  .meta({
    description:
      'Where the image comes from when it is not ECR: what `docker save` writes, or an OCI archive',
    absent: 'none: pulled from ECR',
    examples: [{ Path: '/opt/images/api.tar' }],
  });

/** What `containerd` takes. */
export const containerdSchema = z
  .strictObject({
    Image: z
      .string()
      .max(500)
      .regex(REFERENCE, 'must be a full name with host and tag or digest, such as "docker.io/library/web:7"')
      .meta({
        description:
          'What runs, by its full name with host and tag or digest; pulled from ECR with the role of the node, or read from Archive',
        examples: ['123456789012.dkr.ecr.eu-west-1.amazonaws.com/api:7'],
      }),
    Archive: archive.optional(),
    Args: z
      .array(z.string().regex(/^[^\0]*$/, 'must have no NUL character'))
      .meta({
        description: 'Command and arguments',
        absent: "the image's own",
        examples: [['serve', '--port', '8080']],
      })
      .optional(),
    Env: z
      .record(
        z.string().regex(/^[A-Za-z_]\w*$/, 'must be a name of letters, digits and _'),
        z.string().regex(/^[^\0]*$/, 'must have no NUL character'),
      )
      .meta({
        description: 'Environment variables; readable on the node and in its user data, so never a secret',
        absent: 'none',
        examples: [{ LOG_LEVEL: 'info' }],
      })
      .optional(),
    Memory: z
      .int()
      .min(6)
      .max(16_777_216)
      .meta({ description: 'Most memory of the task, in MiB', absent: 'no limit', examples: [512] })
      .optional(),
    Network: z
      .literal('host')
      .meta({
        description: "The node's own network; containerd by itself has no other to offer",
        default: 'host',
      })
      .optional(),
    Probe: probe.optional(),
  })
  .refine(({ Image, Archive }) => Archive !== undefined || ECR.test(Image), {
    error: 'must be in ECR (<account>.dkr.ecr.<region>.amazonaws.com/…), or come from an Archive',
    path: ['Image'],
  })
  .meta({
    description: 'Instances that run one OCI image with containerd and runC',
    examples: [
      {
        Image: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/api:7',
        Probe: { HTTP: { Port: 8080, Path: '/healthz' } },
      },
    ],
  });

export type ContainerdProperties = z.infer<typeof containerdSchema>;
