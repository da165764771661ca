/**
 * The machines as an earlier release might have deployed them: other states in another order, the same contract with the
 * functions. Executions of theirs go on after a deployment and call the new functions.
 */

const INPUT = '$states.context.Execution.Input';

/** What CloudFormation puts in. */
const arnOf = (name: string): string => `$\{${name}}`;

const ofExecution = {
  version: `{% ${INPUT}.version %}`,
  group: `{% ${INPUT}.group %}`,
  rollout: `{% ${INPUT}.rollout %}`,
  execution: `{% ${INPUT}.execution %}`,
};

export const PREVIOUS_ROLLING_UPDATE = JSON.stringify({
  QueryLanguage: 'JSONata',
  StartAt: 'Count from one',
  States: {
    'Count from one': { Type: 'Pass', Assign: { count: 1 }, Next: 'Look' },
    Look: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Arguments: {
        FunctionName: arnOf('ReconcileArn'),
        Payload: { step: { ...ofExecution, turn: '{% $count %}' } },
      },
      Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 5, MaxAttempts: 100 }],
      Assign: { count: '{% $count + 1 %}' },
      Output: '{% $states.result.Payload %}',
      Next: 'Over or not',
    },
    'Over or not': {
      Type: 'Choice',
      Choices: [
        { Condition: "{% $states.input.next in ['end', 'hand-over'] %}", Next: 'Over' },
        { Condition: "{% $states.input.next = 'check' %}", Next: 'Ask' },
      ],
      Default: 'Sleep',
    },
    Ask: {
      Type: 'Task',
      Resource: 'arn:aws:states:::states:startExecution.sync:2',
      Arguments: {
        StateMachineArn: arnOf('HealthCheckArn'),
        Name: '{% $states.input.checkName %}',
        Input: { ...ofExecution, seconds: '{% $states.input.seconds %}' },
      },
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Look' }],
      Next: 'Look',
    },
    Sleep: { Type: 'Wait', Seconds: '{% $states.input.seconds %}', Next: 'Look' },
    Over: { Type: 'Succeed' },
  },
});

export const PREVIOUS_HEALTH_CHECK = JSON.stringify({
  QueryLanguage: 'JSONata',
  StartAt: 'Let them boot',
  States: {
    'Let them boot': { Type: 'Wait', Seconds: '{% $states.input.seconds %}', Next: 'Ask' },
    Ask: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Arguments: {
        FunctionName: arnOf('CheckHealthArn'),
        Payload: { ...ofExecution, startedAt: '{% $states.context.Execution.StartTime %}' },
      },
      Output: '{% $states.result.Payload %}',
      Next: 'Enough',
    },
    Enough: {
      Type: 'Choice',
      Choices: [{ Condition: '{% $states.input.settled %}', Next: 'Told' }],
      Default: 'Let them boot',
    },
    Told: { Type: 'Succeed' },
  },
});
