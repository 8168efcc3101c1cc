"""What puts Kith into an AWS account, keeps it there and takes it out again."""
