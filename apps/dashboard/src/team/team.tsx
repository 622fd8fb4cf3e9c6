import { currentPlace } from '../router.js';
import { ImportPeople } from './import-people.js';
import { Person } from './person.js';
import { TeamList } from './team-list.js';
import './team.css';

/** The list of everybody, one person, or the import of many. */
export function Team() {
  const [, which] = currentPlace();
  if (which === undefined || which === '') return <TeamList />;
  return which === 'import' ? <ImportPeople /> : <Person key={which} id={which} />;
}
