import { z } from 'zod';
import { CLUSTER_NAME } from '../node/boot-script.js';

const refused = (reason: string) => z.never({ error: reason }).optional().describe(`Refused: ${reason}`);

const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?';

/** What a kubelet may not say of itself. */
const RESERVED = /(?:^|\.)(?:kubernetes|k8s|holdfast)\.io\//;

const common = {
  Cluster: z
    .string()
    .regex(new RegExp(CLUSTER_NAME), 'must be 1 to 64 of letters, digits, ".", "_" and "-"')
    .meta({
      description: 'Names the cluster: managers and workers of one name are one cluster',
      examples: ['shop'],
    }),
  Labels: z
    .record(
      z
        .string()
        .regex(new RegExp(`^(?:[a-z0-9.-]{1,253}/)?${LABEL}$`), 'must be a label of Kubernetes')
        .refine((key) => !RESERVED.test(key), 'cannot be a label that Kubernetes or Holdfast sets'),
      z.string().regex(new RegExp(`^(?:${LABEL})?$`), 'must be a value of a label: at most 63 characters'),
    )
    .meta({ description: 'Labels of each node', absent: 'none', examples: [{ tier: 'web' }] })
    .optional(),
  KubeClusterID: refused('is called Cluster here'),
  KubeJoinIP: refused('is not needed: nodes find each other through the parameters of their cluster'),
  SkipManagerValidation: refused('is not needed: workers wait for a manager'),
  Attachments: refused('is not supported: list volumes as BlockDeviceMappings of the instance'),
  InitScriptTemplateURL: refused('is not fetched: put a script of your own beside this flavor with combo'),
};

export const kubernetesManagerSchema = z
  .strictObject({
    ...common,
    Endpoint: z
      .string()
      .regex(
        /^(?=.{4,253}:)[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?:[0-9]{1,5}$/,
        'must be the name of a load balancer and its port, such as "shop.example.com:6443"',
      )
      .refine((value) => !/^[0-9.]+:/.test(value), 'must be a name: an address cannot move to another node')
      .meta({
        description:
          'Name and port of a load balancer, where nodes and users reach the API servers; required with three managers',
        absent: "a single manager's address",
        examples: ['shop.example.com:6443'],
      })
      .optional(),
    PodSubnet: z
      .string()
      .regex(/^[0-9]{1,3}(?:\.[0-9]{1,3}){3}\/[0-9]{1,2}$/, 'must be a range such as "10.244.0.0/16"')
      .meta({ description: "Range of the pods' addresses", absent: 'none', examples: ['10.244.0.0/16'] })
      .optional(),
    AddOns: z
      .array(
        z
          .string()
          .regex(
            /^(?:https:\/\/|\/)[A-Za-z0-9._~:/@%+=-]+$/,
            'must be an https:// URL or a path on the image, without spaces and quotes',
          ),
      )
      .meta({
        description:
          'Manifests that the first manager applies, by URL or path, the pod network first; nodes are not Ready before it is there',
        absent: 'none',
        examples: [['/opt/manifests/flannel.yaml']],
      })
      .optional(),
    KubeAddOns: refused('is called AddOns here, a list of URLs or paths'),
    KubeBindPort: refused('is always 6443; Endpoint may have another port'),
    ControlPlane: refused('is not needed: whoever comes first founds the cluster'),
  })
  .meta({
    description:
      'The control plane of a Kubernetes cluster, made by kubeadm, one or three with their own etcd',
    examples: [{ Cluster: 'shop', PodSubnet: '10.244.0.0/16' }],
  });

export const kubernetesWorkerSchema = z.strictObject(common).meta({
  description: 'Workers of a Kubernetes cluster, made by kubeadm',
  examples: [{ Cluster: 'shop' }],
});
