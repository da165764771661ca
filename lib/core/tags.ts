/** The control plane that owns an instance. Without it an instance is never touched. */
export const STACK_TAG = 'holdfast.stack';
/** InfraKit's membership tag. */
export const GROUP_TAG = 'infrakit.group';
/** InfraKit's tag that tells whether an instance is up to date. */
export const CONFIG_HASH_TAG = 'infrakit.config.hash';
/** InfraKit's tag of a pet's identity. */
export const LOGICAL_ID_TAG = 'infrakit.logical_id';

/** Tags that only Holdfast writes; a spec that names one is refused. */
export const OWN_TAGS: readonly string[] = [STACK_TAG, GROUP_TAG, CONFIG_HASH_TAG, LOGICAL_ID_TAG];

/** InfraKit's value of the hash tag that says "adopt me": up to date, whatever the config. */
export const BOOTSTRAP_HASH = 'bootstrap';
