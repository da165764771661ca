declare module 'dynalite' {
  import type { Server } from 'node:http';

  /** DynamoDB over HTTP on LevelDB. */
  export default function dynalite(options: {
    /** A folder; in memory when absent. */
    readonly path?: string;
    readonly createTableMs?: number;
  }): Server;
}
