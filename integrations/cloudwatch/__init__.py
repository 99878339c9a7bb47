"""CloudWatch alarms, delivered by Amazon SNS."""
