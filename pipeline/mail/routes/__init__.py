"""The ways mail leaves: a folder, SMTP by yagmail, Microsoft Graph; refusals, pace and sign-in."""
