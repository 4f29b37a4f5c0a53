"""What is done: Rasa's custom actions, the talk behind them, and the store of decisions."""
