/** What may happen to a machine that EC2 knows nothing of. Each throws when the instance does not run. */
export interface MachineFaults {
  /** Its software dies and stays dead until the instance boots again. A model's agent lives on, a real machine's does not. */
  kill(id: string): void | Promise<void>;
  /** Nothing reaches it any more, and it reaches nobody. */
  cutOff(id: string): void | Promise<void>;
  reconnect(id: string): void | Promise<void>;
  /** Ids of the instances that are cut off. */
  cutOffNow(): readonly string[];
}
