import type { LocalClock } from '../../service/clock.ts'
import type { Faults } from '../../service/faults.ts'
import type { Meter } from '../../service/meter.ts'
import type { Authority } from '../cbs/authority.ts'
import type { Engine } from '../entities/engine.ts'
import type { EntityChanges } from '../entities/entity-changes.ts'
import type { Namespace } from '../entities/namespace.ts'
import type { Tier } from '../tier.ts'

/** What every link of the broker works with. */
export type Broker = {
  engine: Engine
  namespace: Namespace
  changes: EntityChanges
  authority: Authority
  clock: LocalClock
  faults: Faults
  meter: Meter
  tier: Tier
}
