"""What a person lets organisations do with a case: consent, assisting, referrals."""
