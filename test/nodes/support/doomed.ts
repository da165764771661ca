/** Runs two real nodes, tells which, and waits for its end. To be killed. */
import { realClock } from '../../../lib/local/clock.js';
import { startLocalCloud } from '../../../lib/local/local-cloud.js';
import { startRealNodes } from '../../../lib/local/real/real-nodes.js';

const clock = realClock((error) => console.error(error));
const cloud = await startLocalCloud({ clock, seed: 1, timing: { bootMs: 10 } });
const nodes = await startRealNodes({ cloud });
const userData = Buffer.from('#!/bin/bash\nsetsid sleep 1000 &\nsleep 1000 &\n').toString('base64');
const ids = [1, 2].map(() => cloud.ec2.others.launchForeign({ tags: {}, userData }));
for (const id of ids) while (cloud.ec2.instance(id)?.state !== 'running') await clock.sleep(20);
for (const id of ids) await nodes.exec(id, 'until pgrep sleep >/dev/null; do sleep 0.1; done');
console.log(JSON.stringify({ pids: ids.map((id) => nodes.instance(id).pid), scratch: nodes.scratch }));
setInterval(() => {}, 1000);
