import { Logger, type LogItem } from '@aws-lambda-powertools/logger';
import type { Log } from '../ports/outbox.js';
import { writeLine } from './write-line.js';

/** Powertools' logger, whose lines go where we say. */
class LineLogger extends Logger {
  readonly #write: (line: string) => void;

  constructor(options: ConstructorParameters<typeof Logger>[0], write: (line: string) => void) {
    super(options);
    this.#write = write;
  }

  protected override printLog(_level: number, item: LogItem): void {
    this.#write(JSON.stringify(item.getAttributes(), this.getJsonReplacer()));
  }
}

/** One JSON line for each decision: message, stack and the fields given, nothing else; inputs are never added. */
export function powertoolsLog(options: {
  readonly stack: string;
  readonly write?: (line: string) => void;
}): Log {
  const { stack, write = writeLine } = options;
  const logger = new LineLogger({ serviceName: 'holdfast', persistentKeys: { stack } }, write);
  return {
    info: (message, fields = {}) => logger.info(message, { ...fields }),
    warn: (message, fields = {}) => logger.warn(message, { ...fields }),
    error: (message, fields = {}) => logger.error(message, { ...fields }),
  };
}
