"""Distribution: which call goes to which agent, and when."""
