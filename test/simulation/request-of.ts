import type { Method, Params } from '../../lib/app/api-types.js';
import { specOf } from './spec-of.js';
import type { Command, Upload } from './story.js';

/** A request to the group API. */
export type Request = { readonly [M in Method]: { readonly method: M; readonly params: Params<M> } }[Method];

/** What a user's command is, as a request. `instance` is the one that it names. */
export const requestOf = (command: Exclude<Command, Upload>, instance: () => string): Request => {
  switch (command.do) {
    case 'commit': {
      const Spec = specOf(command.plane, command.group, command.wanted);
      return { method: 'Group.CommitGroup', params: { Spec, Confirm: true } };
    }
    case 'scale':
      return { method: 'Group.SetSize', params: { ID: command.group, Size: command.size, Confirm: true } };
    case 'stop-update':
      return { method: 'Group.StopUpdate', params: { ID: command.group } };
    case 'resume':
      return { method: 'Group.Resume', params: { ID: command.group } };
    case 'rollback':
      return { method: 'Group.Rollback', params: { ID: command.group, Confirm: true } };
    case 'restart':
      return { method: 'Group.Restart', params: { ID: command.group, Confirm: true } };
    case 'destroy':
      return { method: 'Group.Destroy', params: { ID: command.group } };
    case 'freeze':
      return { method: 'Group.Freeze', params: { ID: command.group, Reason: 'a story', For: '20m' } };
    case 'thaw':
      return { method: 'Group.Thaw', params: { ID: command.group } };
    case 'freeze-fleet':
      return { method: 'Group.Freeze', params: { Reason: 'a story', For: '10m' } };
    case 'thaw-fleet':
      return { method: 'Group.Thaw', params: {} };
    case 'unwatch':
      return { method: 'Group.Unwatch', params: { ID: command.group } };
    case 'watch':
      return { method: 'Group.Watch', params: { ID: command.group, Confirm: true } };
    case 'override':
      return { method: 'Group.OverrideBreaker', params: { ID: command.group, For: '10m' } };
    case 'replace':
    case 'shrink': {
      const params = { ID: command.group, Instances: [instance()], Confirm: true };
      return {
        method: 'Group.ReplaceInstances',
        params: command.do === 'shrink' ? { ...params, Shrink: true } : params,
      };
    }
  }
};
