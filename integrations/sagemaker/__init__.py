"""SageMaker Model Monitor's reports, and SageMaker's events through EventBridge."""
