/** What may happen to a machine that EC2 knows nothing of. Each throws when the instance does not run. */
export interface MachineFaults {
  /** Its software dies and stays dead until the instance boots again; the instance and its agent live on. */
  kill(id: string): void;
  /** Nothing reaches it any more, and it reaches nobody. */
  cutOff(id: string): void;
  reconnect(id: string): void;
}
