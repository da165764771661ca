/** Reads fields of an SDK input whose type is unknown here. */
export const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;

export function text(value: unknown, name: string): string | undefined {
  const found = field(value, name);
  return typeof found === 'string' ? found : undefined;
}

export function list(value: unknown, name: string): readonly unknown[] {
  const found = field(value, name);
  return Array.isArray(found) ? found : [];
}

export const textList = (value: unknown, name: string): readonly string[] =>
  list(value, name).filter((it): it is string => typeof it === 'string');

export function required(value: unknown, name: string): string {
  const found = text(value, name);
  if (found === undefined) throw new Error(`the call has no ${name}: it cannot be authorised`);
  return found;
}
