"""Functions of the relay of which nothing but the result counts, so that a mutant that returns the same is the same."""

from stdfn_relay import bodies, describe, main, manifest, process
from stdfn_relay.deployment import Deployment
from stdfn_relay.manifest import Manifest
from stdfn_relay.process import Process
from wrong import only_results

only_results(manifest, "read_manifest", "read_json")
only_results(Manifest, "environment")
only_results(main, "_arguments", "_refusal")
only_results(process, "find_program")
only_results(Process, "ending")
only_results(Deployment, "speaking")
only_results(bodies, "body_for")
only_results(describe, "disagreements", "own_description", "_read")
