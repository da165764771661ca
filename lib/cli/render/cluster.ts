import type { ClusterReport } from '../../app/cluster-report.js';
import type { Context } from '../command.js';
import { renderTable } from './table.js';
import { hanging } from './wrap.js';

type Look = Pick<Context, 'paint' | 'width'>;

/** What a cluster says of itself: whether it can decide, and whom it lists. */
export function clusterText({ Quorum, Reason, Members }: ClusterReport, look: Look): string {
  if (Quorum !== 'kept') {
    const title =
      Quorum === 'lost' ? look.paint('bad', 'Quorum lost:') : look.paint('doubtful', 'Quorum unknown:');
    return [title, hanging('  ', Reason ?? 'nobody said why', look.width)].join('\n');
  }
  const voters = Members.filter(({ Votes }) => Votes);
  const reachable = voters.filter(({ Reachable }) => Reachable).length;
  const need = Math.floor(voters.length / 2) + 1;
  const rows = Members.map(({ Name, Instance, Address, Role, Reachable, Leader }) => ({
    cells: [
      Name,
      Instance ?? Address ?? '',
      Leader ? `${Role}, leader` : Role,
      Reachable ? { text: 'yes', style: 'good' as const } : { text: 'no', style: 'bad' as const },
    ],
  }));
  const columns = [{ header: 'MEMBER' }, { header: 'ON' }, { header: 'ROLE' }, { header: 'REACHABLE' }];
  const heading = `Quorum kept: ${reachable} of ${voters.length} that vote are reachable, ${need} needed`;
  return [look.paint('heading', heading), renderTable(columns, rows, look)].join('\n');
}
