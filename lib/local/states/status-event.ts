import type { EmittedEvent } from '../events/event.js';
import type { Execution } from './execution.js';

/** "Step Functions Execution Status Change"; times in milliseconds, what is not there yet is null (Developer Guide). */
export function statusEvent({ started, end }: Execution): EmittedEvent {
  const ending = end?.ending;
  const failed = ending && ending.status !== 'SUCCEEDED' ? ending : undefined;
  return {
    source: 'aws.states',
    'detail-type': 'Step Functions Execution Status Change',
    resources: [started.arn],
    detail: {
      executionArn: started.arn,
      stateMachineArn: started.machineArn,
      name: started.name,
      status: ending?.status ?? 'RUNNING',
      startDate: started.startedAt,
      stopDate: end?.at ?? null,
      input: started.input,
      inputDetails: { included: true },
      output: ending?.status === 'SUCCEEDED' ? ending.output : null,
      outputDetails: ending?.status === 'SUCCEEDED' ? { included: true } : null,
      error: failed?.error ?? null,
      cause: failed?.cause ?? null,
    },
  };
}
