"""The AWS account as the deployment sees it: stacks, functions, secrets, parameters."""
