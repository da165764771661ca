import { describe, expect, it } from 'vitest';
import { bootScript } from '../../../lib/flavors/node/boot-script.js';
import { softwareOf } from '../../../lib/local/models/software.js';

const encoded = (text: string) => Buffer.from(text).toString('base64');

describe('softwareOf', () => {
  it('reads the settings at the head of a boot script, and nothing after them', () => {
    const script = bootScript('swarm/worker', { Path: '/holdfast/a/b', Heartbeat: '' }, "Later='no'");
    expect(softwareOf(encoded(script))).toEqual([
      { flavor: 'swarm/worker', settings: { Path: '/holdfast/a/b', Heartbeat: '' } },
    ]);
  });

  it('finds every flavor of joined scripts, in their order', () => {
    const joined = [bootScript('vanilla', {}), bootScript('etcd', { Path: '/p' })].join('\n');
    expect(softwareOf(encoded(joined)).map(({ flavor }) => flavor)).toEqual(['vanilla', 'etcd']);
  });

  it('finds none in scripts of others, or where there is none', () => {
    expect(softwareOf(encoded("#!/bin/sh\nName='web'\necho hello\n"))).toEqual([]);
    expect(softwareOf(undefined)).toEqual([]);
  });
});
