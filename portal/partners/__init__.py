"""The screens of IOM and NGOs: assisting with consent, shared cases, referrals."""
