import type { GroupDetail } from '../../protocol.js';
import { listedMembers, type Member } from '../format/cluster.js';
import { plural } from '../format/plural.js';
import { agoText } from '../format/time.js';
import { now } from '../state/store.js';
import { Glyph } from './glyph.js';
import { Status } from './status.js';

const QUORUMS = {
  kept: { sign: 'check', tone: 'good', word: 'quorum kept' },
  lost: { sign: 'cross', tone: 'bad', word: 'quorum lost' },
  unknown: { sign: 'question', tone: 'doubt', word: 'quorum unknown' },
} as const;

/** What the members' cluster says of itself: roles, votes, leader. */
export const ClusterPanel = ({ group: { cluster } }: { readonly group: GroupDetail }) => {
  if (cluster === undefined) return null;
  return (
    <section class="block" aria-label="Cluster">
      <h2>
        Cluster <span class="soft">asked {agoText(cluster.askedAt, now.value)}</span>
      </h2>
      <p>
        <Status {...QUORUMS[cluster.quorum]} />
        {cluster.reason === undefined ? null : <span class="soft">: {cluster.reason}</span>}
      </p>
      {cluster.members.length === 0 ? null : <Members members={cluster.members} />}
    </section>
  );
};

const Members = ({ members }: { readonly members: readonly Member[] }) => {
  const { listed, others } = listedMembers(members);
  const hasAddresses = listed.some(({ address }) => address !== undefined);
  return (
    <>
      <table class="table" aria-label="Members">
        <thead>
          <tr>
            <th scope="col">Member</th>
            <th scope="col">Role</th>
            <th scope="col">Votes</th>
            <th scope="col">Reachable</th>
            {hasAddresses ? <th scope="col">Address</th> : null}
          </tr>
        </thead>
        <tbody>
          {listed.map((member) => (
            <tr key={`${member.name} ${member.instance ?? ''}`}>
              <td class="code">{member.instance ?? member.name}</td>
              <td>
                <Role member={member} />
              </td>
              <td>{member.votes ? 'yes' : 'no'}</td>
              <td>
                {member.reachable ? (
                  <Status sign="check" tone="good" word="yes" />
                ) : (
                  <Status sign="cross" tone="bad" word="no" />
                )}
              </td>
              {hasAddresses ? <td class="code">{member.address}</td> : null}
            </tr>
          ))}
        </tbody>
      </table>
      {others === 0 ? null : <p class="soft">and {plural(others, 'member')} without a vote, all reachable</p>}
    </>
  );
};

const Role = ({ member: { role, leader } }: { readonly member: Member }) =>
  leader ? (
    <span class="leader">
      <Glyph sign="star" /> {role === 'leader' ? role : `${role}, leader`}
    </span>
  ) : (
    <span>{role}</span>
  );
