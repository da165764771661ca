/** Where the local cloud pretends to be. */
export const LOCAL_REGION = 'eu-west-1';
export const LOCAL_ACCOUNT = '123456789012';

export const arnOf = (service: string, resource: string): string =>
  `arn:aws:${service}:${LOCAL_REGION}:${LOCAL_ACCOUNT}:${resource}`;

/** The last part of an ARN, or a plain name as it is. */
export const nameOf = (arnOrName: string): string => arnOrName.slice(arnOrName.lastIndexOf(':') + 1);
