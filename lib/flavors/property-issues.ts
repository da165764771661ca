import { z } from 'zod';
import type { Issue } from '../core/issue.js';
import { pathText } from '../core/issue-path.js';
import type { Json } from '../core/json.js';
import { schemaMistakes } from '../core/schema-issues.js';

/** Says what is wrong with a flavor's properties by themselves, all at once; absent ones count as an empty object. */
export const propertyIssues = (schema: z.ZodType): ((properties: Json) => readonly Issue[]) => {
  let jsonSchema: Json | undefined;
  const shape = (): Json => {
    jsonSchema ??= JSON.parse(JSON.stringify(z.toJSONSchema(schema))) as Json;
    return jsonSchema;
  };
  return (properties) => {
    const value = properties ?? {};
    const result = schema.safeParse(value);
    if (result.success) return [];
    return schemaMistakes(result.error.issues, value, shape).map(({ path, message }) => ({
      path: pathText(path),
      message,
    }));
  };
};
