"""Push messages to browsers that subscribed: web push with VAPID."""
